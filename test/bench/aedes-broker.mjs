// A plain broker on the port given, for benches on a machine without Mosquitto. Run as a process of its own.

import { createServer } from 'node:net';
import { Aedes } from 'aedes';

const broker = await Aedes.createBroker();
createServer((socket) => broker.handle(socket)).listen(Number(process.argv[2]), '127.0.0.1');
