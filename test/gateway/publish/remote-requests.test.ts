// Requests over a broker: what a person has signed is decided and answered; nothing else becomes even a row.

import mqtt, { type MqttClient } from 'mqtt';
import { expect, onTestFinished, test } from 'vitest';
import { RequestRows } from '../../../gateway/journal/request-rows.js';
import { RemoteRequests } from '../../../gateway/publish/remote-requests.js';
import { topicsOf } from '../../../gateway/publish/topics.js';
import { eventually } from '../../firmware-bridge/eventually.js';
import { authorizationOf, createDocument, person } from '../accounts/account-office.js';
import { accountRole } from '../accounts/account-role.js';
import { TestBroker } from '../test-broker.js';
import { openTestLog } from '../test-log.js';

const topics = topicsOf('truck');

async function connected(port: number): Promise<MqttClient> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
  onTestFinished(() => void client.end(true));
  return client;
}

/** A broker, the gateway behind it, and somebody who asks. */
async function bench() {
  const broker = new TestBroker();
  await broker.start();
  onTestFinished(() => broker.kill());
  const log = openTestLog();
  const clock = { nowMs: 1_795_420_800_000 };
  const role = accountRole(log, () => clock.nowMs);
  const rows = new RequestRows(log.path, 'peer');
  onTestFinished(() => rows.close());
  const remote = new RemoteRequests(rows, topics, () => clock.nowMs);
  remote.attach(await connected(broker.port));
  const looking = setInterval(() => remote.look(), 20);
  onTestFinished(() => clearInterval(looking));
  const asker = await connected(broker.port);
  const answers = new Map<string, { ok: boolean; code?: string; sequence: number }>();
  asker.on('message', (topic, payload) =>
    answers.set(topic.split('/').at(-1) ?? '', JSON.parse(payload.toString())),
  );
  await asker.subscribeAsync(topics.answer('+'), { qos: 1 });
  const ask = (request: unknown) =>
    asker.publishAsync(topics.request, typeof request === 'string' ? request : JSON.stringify(request), {
      qos: 1,
    });
  const waiting = () => rows.waiting(0, 100).length;
  return { role, clock, remote, ask, answers, waiting, log };
}

test('what a person has signed is decided once, and answered', async () => {
  const { role, clock, ask, answers, log } = await bench();
  const dana = person('dana', 'administrator');
  expect(await role.ask('user.create', createDocument(dana))).toBe('ok');
  role.attend();
  const document = { id: 'S-1' };
  // No shipment desk stands behind this role: that it is asked by a known kind and person is enough here.
  const request = { version: 1, id: 'one', kind: 'shipment.arm', document };
  const authorization = authorizationOf(dana, 'shipment.arm', document, clock.nowMs);
  await ask({ ...request, authorization });
  await eventually('the answer', () => answers.has('one'));
  expect(answers.get('one')).toMatchObject({ version: 1, ok: false, code: 'REQUEST_UNKNOWN' });
  const size = log.writer.size;
  await ask({ ...request, authorization });
  await ask({ ...request, id: 'two', authorization });
  await eventually('the answer to the next', () => answers.has('two'));
  expect(log.writer.size).toBe(size + 1);
});

test.each([
  ['without a signature', { version: 1, id: 'x', kind: 'shipment.arm', document: {} }],
  ['about accounts', { version: 1, id: 'x', kind: 'user.create', document: {}, authorization: {} }],
  [
    'with an answer in a topic of its choice',
    { version: 1, id: '../status', kind: 'shipment.arm', document: {}, authorization: {} },
  ],
  ['of a later version', { version: 2, id: 'x', kind: 'shipment.arm', document: {}, authorization: {} }],
  ['that is no object', 7],
  [
    'that nests deep enough to overflow a stack',
    `{"version":1,"id":"x","kind":"alert.ack","authorization":{},"document":{"why":${'['.repeat(9_000)}${']'.repeat(9_000)}}}`,
  ],
  [
    'that is too large',
    { version: 1, id: 'x', kind: 'alert.ack', document: { why: 'a'.repeat(70_000) }, authorization: {} },
  ],
])('a request %s is counted and dropped', async (_what, request) => {
  const { remote, ask, answers, waiting } = await bench();
  await ask(request);
  await eventually('it is counted', () => remote.unreadable === 1);
  expect(waiting()).toBe(0);
  expect(answers.size).toBe(0);
});

test('a flood is told to wait', async () => {
  const { ask, answers, waiting } = await bench();
  const request = { version: 1, kind: 'alert.acknowledge', document: {}, authorization: {} };
  for (let index = 0; index < 70; index++) await ask({ ...request, id: `r-${index}` });
  await eventually('the last is answered', () => answers.has('r-69'));
  expect(answers.get('r-69')).toMatchObject({ ok: false, code: 'REQUESTS_BUSY' });
  expect(waiting()).toBe(64);
});
