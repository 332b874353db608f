// A virtual M100 reader as a process of its own, until its parent goes. Prints its port.
// use: reader-process.mjs NOTICES_PER_SECOND

import { startPacedReader } from './paced-reader.mjs';

const reader = await startPacedReader({ index: 0, perSecond: Number(process.argv[2]), onSent: () => {} });
process.stdout.write(`${reader.port}\n`);
process.once('disconnect', () => void reader.close());
await reader.polled;
reader.start();
