// What integrators durably have: kept from the named ones, compared with the log where they bring a root.

import { expect, it } from 'vitest';
import { Receipts } from '../../../gateway/publish/receipts.js';
import { receiptSinkOf } from '../../../gateway/publish/sink.js';
import { topicsOf } from '../../../gateway/publish/topics.js';
import { compactRangeAt } from '../../../ledger-sync/evidence/node-reader.js';
import { eventually } from '../../firmware-bridge/eventually.js';
import { readings, requestOf } from '../drafts.js';
import { hex } from '../hex.js';
import { connectClient } from '../mqtt-clients.js';
import { startTestBroker } from '../test-broker.js';
import { journalReaderOf, openTestLog } from '../test-log.js';

const topics = topicsOf('truck-17');

async function receiptBench() {
  const log = openTestLog();
  log.writer.seal(requestOf(readings(10)));
  const broker = await startTestBroker();
  const taken: (readonly [string, number])[] = [];
  const contradictions: (readonly [string, number])[] = [];
  const receipts = new Receipts({
    consumers: ['erp', 'qa'],
    topics,
    journal: journalReaderOf(log),
    onReceipt: (sink, size) => taken.push([sink, size]),
    onContradiction: (consumer, size) => contradictions.push([consumer, size]),
  });
  const gateway = await connectClient(broker.port);
  receipts.attach(gateway.client);
  const erp = await connectClient(broker.port);
  const send = (topic: string, payload: string) => erp.client.publishAsync(topic, payload, { qos: 1 });
  const rootAt = (size: number) => hex(compactRangeAt(size, log.reader).root());
  return { log, receipts, taken, contradictions, send, rootAt };
}

it('keeps what each named consumer has, whichever way it says so', async () => {
  const { taken, send, rootAt } = await receiptBench();
  await send(topics.receipt('erp'), '{"version":1,"size":3}');
  await send(topics.receipt('qa'), JSON.stringify({ version: 1, size: 7, root: rootAt(7), more: true }));
  await send(topics.receipt('erp'), '{"version":1,"size":10}');
  await eventually('all are taken', () => taken.length === 3);
  expect(taken).toEqual([
    [receiptSinkOf('erp'), 3],
    [receiptSinkOf('qa'), 7],
    [receiptSinkOf('erp'), 10],
  ]);
});

it('takes nothing back for a receipt that is delivered again', async () => {
  const { taken, send } = await receiptBench();
  for (const size of [5, 3, 5, 6]) await send(topics.receipt('erp'), JSON.stringify({ version: 1, size }));
  await eventually('the last is taken', () => taken.length === 2);
  expect(taken.map(([, size]) => size)).toEqual([5, 6]);
});

it('tells of a root that this log never had, and keeps nothing of it', async () => {
  const { taken, contradictions, receipts, send, rootAt } = await receiptBench();
  await send(topics.receipt('erp'), JSON.stringify({ version: 1, size: 7, root: rootAt(6) }));
  await eventually('it is told', () => contradictions.length === 1);
  expect(contradictions).toEqual([['erp', 7]]);
  expect([taken, receipts.refused]).toEqual([[], 1]);
});

it.each([
  ['of more than the log holds', '{"version":1,"size":11}'],
  ['of a later version', '{"version":2,"size":1}'],
  ['of less than nothing', '{"version":1,"size":-1}'],
  ['of half a record', '{"version":1,"size":1.5}'],
  ['that is no JSON', 'ten'],
  ['that is too long', `{"version":1,"size":1,"x":"${'x'.repeat(1024)}"}`],
])('counts a receipt %s, and keeps nothing of it', async (_what, payload) => {
  const { taken, receipts, send } = await receiptBench();
  await send(topics.receipt('erp'), payload);
  await eventually('it is counted', () => receipts.refused === 1);
  expect(taken).toEqual([]);
});

it('hears nobody who was not named', async () => {
  const { taken, receipts, send } = await receiptBench();
  await send(topics.receipt('stranger'), '{"version":1,"size":3}');
  await send(topics.receipt('erp'), '{"version":1,"size":1}');
  await eventually('the named one is heard', () => taken.length === 1);
  expect(receipts.refused).toBe(0);
});
