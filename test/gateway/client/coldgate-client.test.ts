// The client as an integrator has it: over MQTT, with alerts that the log bears out, receipts, and in a browser.

import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import fc from 'fast-check';
import { connectAsync, type MqttClient } from 'mqtt';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ClientEvent } from '../../../gateway/client/client-event.js';
import { ColdgateClient, type ColdgateClientOptions } from '../../../gateway/client/coldgate-client.js';
import { sha256 } from '../../../gateway/client/portable-sha256.js';
import { alertMessages, latestMessage } from '../../../gateway/publish/side-messages.js';
import { topicsOf } from '../../../gateway/publish/topics.js';
import type { DraftRecord } from '../../../gateway/sealing/draft-record.js';
import { decodeRecord, recordKinds } from '../../../ledger-sync/evidence/record.js';
import { sources } from '../../architecture/source-tree.js';
import { draftWith, readings } from '../drafts.js';
import { hex } from '../hex.js';
import { startTestBroker } from '../test-broker.js';
import { thrownBy } from '../thrown.js';
import { addressOf, gatewayName, logOf, messagesOf, ofType, told } from './sent-log.js';

/** Only ends a test that would hang. */
const WAIT = { timeout: 20_000 };

const topics = topicsOf(gatewayName);
const utf8 = (text: string) => new TextEncoder().encode(text);

function clientOf(options: Partial<ColdgateClientOptions> = {}) {
  const events: ClientEvent[] = [];
  const onEvent = (event: ClientEvent) => events.push(event);
  return { events, client: new ColdgateClient({ gatewayName, onEvent, ...options }) };
}

async function connected(port: number): Promise<MqttClient> {
  const mqtt = await connectAsync(`mqtt://127.0.0.1:${port}`);
  onTestFinished(() => mqtt.endAsync(true));
  return mqtt;
}

it.each(['json', 'cbor'] as const)('takes %s from mqtt.js and sends a receipt', async (encoding) => {
  const broker = await startTestBroker();
  const log = logOf(readings(3), readings(2));
  const [mqtt, gateway] = [await connected(broker.port), await connected(broker.port)];
  const { client, events } = clientOf({ gateway: addressOf(log) });
  client.attach(mqtt);
  // Subscriptions are answered in order.
  await mqtt.subscribeAsync('after/those', { qos: 1 });
  for (const payload of messagesOf(log, encoding)) {
    await gateway.publishAsync(topics.log, Buffer.from(payload), { qos: 1 });
  }
  await vi.waitFor(() => expect(told(events)).toEqual([0, 1, 2, 3, 4]), WAIT);
  const state = client.state();
  if (!state) throw new Error('no state');
  client.sendReceipt(mqtt, 'archive', state);
  const root = hex(log.reader.checkpointCovering(4)?.root);
  await vi.waitFor(
    () =>
      expect(broker.on(topics.receipt('archive'))).toEqual([
        { version: 1, consumer: 'archive', size: 5, root },
      ]),
    WAIT,
  );
});

describe('an alert', () => {
  const detail = { type: 'excursion', excursionId: 'exc-1', state: 'open' };
  function alertLog(told: Partial<DraftRecord> = { kind: recordKinds.excursion, value: 9_000, detail }) {
    const log = logOf(readings(1), [draftWith(told)]);
    const [leaf] = log.reader.leaves(1, 1);
    if (!leaf) throw new Error('no leaf');
    const nameOf = (subject: Uint8Array) => log.reader.subjectName(subject)?.name;
    const [alert] = alertMessages(topics, decodeRecord(leaf), nameOf, ({ sequence }) =>
      log.reader.detail(sequence),
    );
    if (!alert) throw new Error('no alert');
    return { payloads: messagesOf(log, 'json'), topic: alert.topic, payload: alert.payload };
  }

  it('is told at once as not proven, and proven when the log brings its record', () => {
    const { payloads, topic, payload } = alertLog();
    const { client, events } = clientOf();
    client.take(topic, utf8(payload));
    expect(events).toMatchObject([{ type: 'alert', alertId: 'exc-1', isProven: false }]);
    for (const log of payloads) client.take(topics.log, log);
    expect(ofType(events, 'alert-proven')).toEqual([{ type: 'alert-proven', alertId: 'exc-1', sequence: 1 }]);
  });

  it('is proven at once where the log came first', () => {
    const { payloads, topic, payload } = alertLog();
    const { client, events } = clientOf();
    for (const log of payloads) client.take(topics.log, log);
    client.take(topic, utf8(payload));
    expect(ofType(events, 'alert')).toMatchObject([{ isProven: true }]);
  });

  it.each([
    ['value', '"value":9000', '"value":8000'],
    ['detail', '"state":"open"', '"state":"closed"'],
    ['number', '"state":"open"', '"state":1.5'],
  ])('with another %s is refused, and does not hide the true one', (_title, from, to) => {
    const { payloads, topic, payload } = alertLog();
    const forged = payload.replace(from, to);
    expect(forged).not.toBe(payload);
    const { client, events } = clientOf();
    client.take(topic, utf8(payload));
    client.take(topic, utf8(forged));
    for (const log of payloads) client.take(topics.log, log);
    client.take(topic, utf8(forged));
    expect(ofType(events, 'refused').map(({ reason }) => reason)).toEqual([
      'alert-contradicted',
      'alert-contradicted',
    ]);
    expect(ofType(events, 'alert-proven')).toHaveLength(1);
  });

  it.each([
    ['a tag', recordKinds.tagAuthenticity, { type: 'tag-authenticity', case: 'tag-3', verdict: 'suspect' }],
    [
      'load units',
      recordKinds.shipmentEvent,
      { type: 'inventory', case: 'inventory-1', event: 'differs', missing: ['106141412345678908'] },
    ],
  ])('about %s is proven under the name of its case alone', (_title, kind, about) => {
    const { payloads, topic, payload } = alertLog({ kind, detail: about });
    expect(payload).not.toContain('cargo-front');
    const { client, events } = clientOf();
    client.take(topic, utf8(payload));
    for (const log of payloads) client.take(topics.log, log);
    expect(ofType(events, 'alert-proven')).toMatchObject([{ alertId: about.case }]);
    client.take(topics.alert('other-9'), utf8(payload.replace(about.case, 'other-9')));
    expect(ofType(events, 'refused')).toMatchObject([{ reason: 'alert-contradicted' }]);
  });

  it('under the id of another is refused', () => {
    const { payloads, payload } = alertLog();
    const { client, events } = clientOf();
    for (const log of payloads) client.take(topics.log, log);
    client.take(topics.alert('exc-2'), utf8(payload.replace('"alertId":"exc-1"', '"alertId":"exc-2"')));
    expect(ofType(events, 'refused')).toMatchObject([{ reason: 'alert-contradicted' }]);
  });
});

describe('other messages', () => {
  it('are values of their type', () => {
    const log = logOf(readings(1));
    const [leaf] = log.reader.leaves(0, 1);
    const latest = leaf && latestMessage(topics, decodeRecord(leaf), () => 'cargo-front');
    if (!latest) throw new Error('no message');
    const { client, events } = clientOf();
    client.take(latest.topic, utf8(latest.payload));
    const status = { version: 1, online: true, gateway: addressOf(log), gatewayName };
    client.take(topics.status, utf8(JSON.stringify(status)));
    const review = latest.payload.replace('"version":1', '"version":1,"alertId":"exc-1","state":"closed"');
    client.take(topics.alertReview('exc-1'), utf8(review));
    expect(events).toMatchObject([
      { type: 'sensor', sensorId: 'cargo-front', record: { value: 0, kind: 'temperature' } },
      { type: 'status', isOnline: true, gateway: addressOf(log) },
      { type: 'alert-review', alertId: 'exc-1', record: { said: { state: 'closed' } } },
    ]);
  });

  it('that are nothing are refused, and those of other topics let pass', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(topics.status, topics.alert('a'), topics.alertReview('a'), topics.sensor('s')),
        fc.oneof(
          fc.uint8Array(),
          fc.jsonValue().map((value) => utf8(JSON.stringify(value))),
        ),
        (topic, payload) => {
          const { client, events } = clientOf();
          client.take('coldgate/1/other/log', payload);
          client.take(topics.batch, payload);
          expect(events).toEqual([]);
          client.take(topic, payload);
          expect(events).toMatchObject([{ type: 'refused', reason: 'malformed' }]);
        },
      ),
    );
  });

  it('are not subscribed to by a name that could be another topic', () => {
    expect(thrownBy(() => clientOf({ gatewayName: '+' }))).toMatchObject({ code: 'CLIENT_OPTION' });
    const { client } = clientOf();
    const [payload = utf8('')] = messagesOf(logOf(readings(1)), 'json');
    client.take(topics.log, payload);
    const state = client.state();
    const mqtt = { on: vi.fn(), publish: vi.fn(), subscribe: vi.fn() };
    expect(thrownBy(() => state && client.sendReceipt(mqtt, 'a/b', state))).toMatchObject({
      code: 'CLIENT_OPTION',
    });
  });
});

describe('in a browser', () => {
  /** What a bundler for browsers exchanges. */
  const exchanged = new Map([['ledger-sync/evidence/sha256.ts', 'gateway/client/portable-sha256.ts']]);

  it('nothing of Node is imported, directly or through others', () => {
    const byPath = new Map(sources.map((source) => [source.path, source]));
    const open = sources
      .filter(({ path }) => posix.dirname(path) === 'gateway/client')
      .map(({ path }) => path);
    const seen = new Set(open);
    const foreign = new Set<string>();
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const source = byPath.get(next);
      if (!source) throw new Error(`no such file: ${next}`);
      expect(source.text, next).not.toMatch(/\b(Buffer\.|process\.|setTimeout|__dirname)/);
      for (const { file, specifier } of source.imports) {
        if (file === undefined) foreign.add(specifier);
        const target = file && (exchanged.get(file) ?? file);
        if (target === undefined || seen.has(target)) continue;
        seen.add(target);
        open.push(target);
      }
    }
    expect([...foreign].sort()).toEqual([
      '@noble/curves/nist.js',
      '@noble/curves/secp256k1.js',
      '@noble/hashes/sha2.js',
      '@noble/hashes/sha3.js',
      'cborg',
    ]);
    const outside = [...seen].filter((path) => !/^(gateway\/client|ledger-sync\/evidence)\//.test(path));
    expect(outside).toEqual(['gateway/publish/topics.ts']);
  });

  it('hashes are the same as in Node', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(hex(sha256(bytes))).toBe(createHash('sha256').update(bytes).digest('hex'));
      }),
    );
  });
});
