// Builds the verifier. The worker's program is a block of text in it.

import { fileURLToPath } from 'node:url';
import { scriptOf, writePage } from './single-page.mjs';

const page = fileURLToPath(new URL('page', import.meta.url));

writePage({
  page,
  target: 'verifier/verifier.html',
  program: await scriptOf(page, 'verifier.tsx'),
  more: { worker: await scriptOf(page, 'verifying-worker.ts') },
  workers: ['blob:'],
  trustedTypes: 'coldgate-worker',
});
