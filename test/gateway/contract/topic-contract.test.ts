// The contract with integrators: the document is valid AsyncAPI, what ships is what the definitions make, a broken message
// is noticed, and inside version 1 everything only grows.

import specs from '@asyncapi/specs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { runProgram } from '../../../gateway/cli/program.js';
import { parseLogPayload } from '../../../gateway/client/log-payload.js';
import { LogStream } from '../../../gateway/client/log-stream.js';
import { parseSideMessage } from '../../../gateway/client/side-message.js';
import { asyncApiDocument } from '../../../gateway/contract/asyncapi.js';
import { contractPayloads, payloadSchema, schemaDocument } from '../../../gateway/contract/json-schemas.js';
import { topicContract } from '../../../gateway/contract/topic-contract.js';
import { topicsOf } from '../../../gateway/publish/topics.js';
import { readText } from '../../architecture/source-tree.js';
import { eventually } from '../../firmware-bridge/eventually.js';
import { capturedIo } from '../cli/captured-io.js';
import { addressOf, gatewayName, logOf, messagesOf, ofType } from '../client/sent-log.js';
import { readings } from '../drafts.js';
import { looseAjv } from '../epcis/epcis-validator.js';
import { connectClient } from '../mqtt-clients.js';
import { startTestBroker } from '../test-broker.js';
import { settleContract } from './contract-settlement.js';
import { violationOf } from './contract-violation.js';
import { brokenPromises } from './schema-changes.js';

const payloads = [...contractPayloads.values()];
const SHIPPED = 'gateway/contract/asyncapi.json';

async function printed(...argv: string[]) {
  const io = capturedIo();
  const exitCode = await runProgram(['topics', ...argv], io);
  return { exitCode, out: io.outLines.join('\n'), err: io.errLines.join('\n') };
}

describe('the AsyncAPI document', () => {
  test('keeps the official JSON Schema of AsyncAPI 3', () => {
    const validate = looseAjv().compile(specs.schemasWithoutId['3.0.0'] as object);
    expect(validate(asyncApiDocument()), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
    expect(validate({ ...asyncApiDocument(), channels: { log: { address: 1 } } })).toBe(false);
  });

  test('ships as it is made: coldgate topics --asyncapi > gateway/contract/asyncapi.json', async () => {
    const { exitCode, out } = await printed('--asyncapi');
    expect(exitCode).toBe(0);
    expect(readText(SHIPPED)).toBe(`${out}\n`);
    expect(JSON.parse(readText('package.json')).files).toContain(SHIPPED);
  });

  test('names every topic that the gateway knows, and no other', () => {
    const made = Object.values(topicsOf('{gateway}')).map((topic) =>
      typeof topic === 'string' ? topic : topic('{id}'),
    );
    const unnamed = (address: string) => address.replaceAll(/\{\w+\}/g, '{}');
    const { channels } = asyncApiDocument();
    const addresses = Object.values(channels).map(({ address }) => address);
    expect(addresses.map(unnamed).sort()).toEqual(made.map(unnamed).sort());
  });
});

describe('the schemas', () => {
  test.each(payloads.map(({ name }) => name))('%s compiles in strict mode, and stands alone', (name) => {
    const ajv = new Ajv2020({ strict: true, keywords: ['x-cbor'] });
    const document = schemaDocument(name) ?? {};
    expect(() => ajv.compile(document)).not.toThrow();
    expect(JSON.stringify(document)).not.toContain('$ref');
  });

  test('come one by one for programs, and as a page for people', async () => {
    expect(JSON.parse((await printed('--schema', 'sensor')).out)).toEqual(schemaDocument('sensor'));
    const page = await printed();
    for (const { address, summary } of topicContract) {
      expect(page.out).toContain(address);
      expect(page.out).toContain(summary);
    }
    expect(await printed('--schema', 'nothing')).toMatchObject({ exitCode: 2, out: '' });
    expect(await printed('--asyncapi', '--schema', 'log')).toMatchObject({ exitCode: 2, out: '' });
  });

  test('are what the README names', () => {
    const table = readText('README.md').match(/^Integrators subscribe[\s\S]*?\n\n[\s\S]*?\n\n/m)?.[0] ?? '';
    const rows = [...table.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, topic = '']) => topic.replaceAll(/\{\w+\}/g, '{}')),
    );
    const ours = topicContract.map(({ address }) =>
      address.replace('coldgate/1/{gateway}/', '').replaceAll(/\{\w+\}/g, '{}'),
    );
    expect(rows.sort()).toEqual(ours.sort());
  });
});

describe('a message that breaks the contract', () => {
  const good = { version: 1, open: 0, ongoing: 0, severity: null };
  const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
  const topic = 'coldgate/1/truck-17/alerts';

  test('fails the test in which a gateway published it', async () => {
    const broker = await startTestBroker();
    const { client } = await connectClient(broker.port);
    await client.publishAsync(topic, bytes(good), { qos: 1, retain: true });
    expect(settleContract).not.toThrow();
    await client.publishAsync(topic, bytes({ ...good, open: -1 }), { qos: 1, retain: true });
    await eventually('both came', () => broker.published.length === 2);
    expect(settleContract).toThrow(/topic contract:\ncoldgate\/1\/truck-17\/alerts: /);
    expect(settleContract).not.toThrow();
  });

  test.each<[string, string, unknown, boolean]>([
    ['a field that nobody named', topic, { ...good, secret: 1 }, true],
    ['a field that is missing', topic, { ...good, severity: undefined }, true],
    ['another version', topic, { ...good, version: 2 }, true],
    ['not retained', topic, good, false],
    ['a topic that nobody named', 'coldgate/1/truck-17/alarm', good, true],
    ['no JSON', topic, undefined, true],
  ])('%s is a violation', (_what, where, value, isRetained) => {
    const payload = value === undefined ? Buffer.from('[') : bytes(value);
    expect(violationOf(topic, bytes(good), true)).toBeUndefined();
    expect(violationOf(where, payload, isRetained)).toContain(where);
  });
});

describe('inside version 1 the contract only grows', () => {
  const released = JSON.parse(readText('test/vectors/contract/asyncapi-1.0.0.json')) as {
    channels: Record<string, { address: string }>;
    components: { schemas: Record<string, { schema: unknown }> };
  };

  test('every promise of the first version is kept', () => {
    const now = asyncApiDocument();
    for (const [name, { address }] of Object.entries(released.channels)) {
      expect(now.channels[name]?.address).toBe(address);
    }
    const broken = Object.entries(released.components.schemas).flatMap(([name, { schema }]) =>
      brokenPromises(schema, now.components.schemas[name]?.schema).map((line) => `${name} ${line}`),
    );
    expect(broken).toEqual([]);
  });

  test('a field that goes, becomes optional or means another kind is noticed; a new one is not', () => {
    const { schema } = released.components.schemas.alerts ?? {};
    const changed = (change: (copy: Record<string, Record<string, unknown>>) => void) => {
      const copy = structuredClone(schema) as Record<string, Record<string, unknown>>;
      change(copy);
      return brokenPromises(schema, copy);
    };
    expect(changed((copy) => delete copy.properties?.ongoing)).toEqual(['.ongoing: gone']);
    expect(changed((copy) => Object.assign(copy.properties?.open ?? {}, { type: 'string' }))).toEqual([
      '.open: another type',
    ]);
    expect(changed((copy) => Object.assign(copy, { required: ['version'] }))).toHaveLength(3);
    expect(changed((copy) => Object.assign(copy.properties ?? {}, { more: { type: 'string' } }))).toEqual([]);
  });

  test('what is published may gain fields, and the client passes them over', () => {
    const log = logOf(readings(3));
    const [text = ''] = messagesOf(log, 'json').map((payload) => new TextDecoder().decode(payload));
    const message = JSON.parse(text);
    const grown = {
      ...message,
      more: { deep: [1] },
      records: message.records.map((record: object) => ({ ...record, newWord: 'x' })),
      checkpoint: { ...message.checkpoint, cosignatures: [] },
    };
    expect(contractPayloads.get('log')?.schema.safeParse(grown).success).toBe(true);
    const events: { type: string }[] = [];
    const stream = new LogStream({
      gatewayName,
      gateway: addressOf(log),
      onEvent: (event) => events.push(event),
    });
    stream.take(Buffer.from(JSON.stringify(grown)));
    expect(ofType(events as never, 'record')).toHaveLength(3);
    for (const { name, schema } of payloads) {
      const { action } = topicContract.find((topic) => topic.payloads.some((one) => one.name === name)) ?? {};
      const json = payloadSchema({ name, encoding: 'json', schema });
      const isOpen = JSON.stringify(json.additionalProperties ?? {}) === '{}';
      expect([name, isOpen]).toEqual([name, action === 'send' || name === 'receipt' || name === 'anchored']);
    }
  });
});

describe('client and contract agree', () => {
  const message = () => {
    const [payload = new Uint8Array()] = messagesOf(logOf(readings(2)), 'json');
    return JSON.parse(new TextDecoder().decode(payload)) as Record<string, unknown>;
  };
  const isTaken = (value: unknown) => !('reason' in parseLogPayload(Buffer.from(JSON.stringify(value))));

  test('a field of the log that must be there is missed by both', () => {
    const whole = message();
    expect(isTaken(whole)).toBe(true);
    const { required } = payloadSchema(contractPayloads.get('log') ?? payloads[0]!) as { required: string[] };
    expect(required).toEqual(Object.keys(whole));
    for (const field of required) {
      for (const value of [undefined, null, 'x', -1, []]) {
        const changed = { ...whole, [field]: value };
        const isOurs = contractPayloads.get('log')?.schema.safeParse(changed).success;
        // An empty list of hashes is right for the first records, an empty one of records proves nothing.
        if (field === 'rangeBefore' || (field === 'records' && Array.isArray(value))) continue;
        if (field === 'gatewayName' && value === 'x') continue;
        expect([field, value, isTaken(changed)]).toEqual([field, value, isOurs]);
      }
    }
  });

  test('a message beside the log that one refuses the other refuses', () => {
    const reading = {
      ...{ version: 1, sequence: 4, observedAt: '2026-03-01T00:00:00.000Z', kind: 'temperature' },
      ...{ subject: 'ab'.repeat(16), name: 'front', value: 4000, unit: 'milliC', quality: 'good' },
    };
    const status = { version: 1, online: true, gateway: `0x${'ab'.repeat(20)}`, gatewayName: 'truck-17' };
    const cases: readonly [path: string, name: string, value: Record<string, unknown>, fields: string[]][] = [
      ['sensor/front', 'sensor', reading, ['version', 'sequence', 'observedAt', 'kind', 'value', 'quality']],
      ['status', 'status', status, ['version', 'online', 'gateway']],
    ];
    for (const [path, name, value, fields] of cases) {
      const agree = (what: object) => [
        parseSideMessage(path, Buffer.from(JSON.stringify(what))) !== undefined,
        contractPayloads.get(name)?.schema.safeParse(what).success,
      ];
      expect(agree(value)).toEqual([true, true]);
      for (const field of fields) expect(agree({ ...value, [field]: undefined })).toEqual([false, false]);
    }
  });
});
