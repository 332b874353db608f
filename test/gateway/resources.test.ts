// Nothing of the process is used up by years of reconnecting: file descriptors, timers, sockets and listeners are as many after
// a thousand rounds as after a few. Counted from outside: /proc/self/fd and Node's own list of what keeps it busy.

import { readdirSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { connectTcp } from '../../firmware-bridge/transport/tcp-transport.js';
import { JournalReader } from '../../gateway/journal/journal-reader.js';
import { RequestRows } from '../../gateway/journal/request-rows.js';
import { BrokerLink } from '../../gateway/publish/broker-link.js';
import { eventually } from '../firmware-bridge/eventually.js';
import { readings, requestOf } from './drafts.js';
import { openTestLog } from './test-log.js';

const ROUNDS = 1000;
const WARM_UP_ROUNDS = 50;
/** The garbage collector and the test runner have a few of their own. */
const SLACK = 5;

interface Held {
  readonly files: number;
  readonly resources: number;
  readonly listeners: number;
}

/** What this process holds when nothing is on its way. */
async function held(): Promise<Held> {
  await sleep(50);
  const names = process.eventNames();
  return {
    files: readdirSync('/proc/self/fd').length,
    resources: process.getActiveResourcesInfo().length,
    listeners: names.reduce((sum, name) => sum + process.listenerCount(name), 0),
  };
}

function expectNoMore(before: Held, after: Held): void {
  expect(after.files).toBeLessThanOrEqual(before.files + SLACK);
  expect(after.resources).toBeLessThanOrEqual(before.resources + SLACK);
  expect(after.listeners).toBeLessThanOrEqual(before.listeners);
}

async function listening(onConnection: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => {});
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

test('a broker that ends each connection costs nothing that stays', async () => {
  let connections = 0;
  const port = await listening((socket) => {
    connections += 1;
    socket.once('data', () => socket.destroy());
  });
  const link = new BrokerLink(
    { url: `mqtt://127.0.0.1:${port}`, clientId: 'coldgate-test' },
    { onUp: () => {}, onDown: () => {} },
    // No number: Node waits for as short as it can.
    () => Number.NaN,
  );
  onTestFinished(() => link.close(() => {}));
  link.open();
  await eventually('some rounds', () => connections >= WARM_UP_ROUNDS, 50_000);
  const before = await held();
  const from = connections;
  await eventually('a thousand more', () => connections >= from + ROUNDS, 50_000);
  expectNoMore(before, await held());
}, 120_000);

test('a device behind TCP that is opened again and again costs nothing that stays', async () => {
  const port = await listening((socket) => void socket.resume());
  const round = async () => {
    const transport = await connectTcp(`tcp://127.0.0.1:${port}`, { host: '127.0.0.1', port });
    await transport.close();
  };
  for (let at = 0; at < WARM_UP_ROUNDS; at++) await round();
  const before = await held();
  for (let at = 0; at < ROUNDS; at++) await round();
  expectNoMore(before, await held());
}, 120_000);

test('a journal that is opened and closed again and again costs nothing that stays', async () => {
  const log = openTestLog();
  log.writer.seal(requestOf(readings(3)));
  const round = () => {
    new JournalReader(log.path).close();
    new RequestRows(log.path, 'peer').close();
  };
  for (let at = 0; at < WARM_UP_ROUNDS; at++) round();
  const before = await held();
  for (let at = 0; at < ROUNDS; at++) round();
  expectNoMore(before, await held());
}, 120_000);
