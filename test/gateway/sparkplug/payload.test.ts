// Payloads: another implementation reads what is written here, and is read here; no bytes break the reader.

import { createRequire } from 'node:module';
import fc from 'fast-check';
import type * as Foreign from 'sparkplug-payload';
import { describe, expect, it } from 'vitest';
import {
  type DataType,
  dataTypes,
  encodePayload,
  fieldValue,
  type Metric,
} from '../../../gateway/sparkplug/payload.js';
import { decodePayload } from '../../../gateway/sparkplug/payload-reader.js';
import { SparkplugError } from '../../../gateway/sparkplug/sparkplug-error.js';

const foreign = (createRequire(import.meta.url)('sparkplug-payload') as typeof Foreign).get('spBv1.0');
if (!foreign) throw new Error('the other implementation does not know spBv1.0');

/** Type, its name over there, values that are at its ends, and how the other side says them. */
const samples: readonly (readonly [DataType, string, readonly (number | bigint | boolean | string)[]])[] = [
  [dataTypes.int32, 'Int32', [0, 4_321, -18_000, 2 ** 31 - 1, -(2 ** 31)]],
  [dataTypes.int64, 'Int64', [0, 255, -1, Number.MAX_SAFE_INTEGER]],
  [dataTypes.uint64, 'UInt64', [0, 281_474_976_710_654]],
  [dataTypes.float, 'Float', [0, 4.5]],
  [dataTypes.double, 'Double', [4.321, -18.001, 0]],
  [dataTypes.boolean, 'Boolean', [true, false]],
  [dataTypes.string, 'String', ['', 'cargo-front', 'Kühlraum']],
];
const rows = samples.flatMap(([type, name, values]) => values.map((value) => ({ type, name, value })));

const plain = (value: unknown) => (typeof value === 'object' && value !== null ? Number(value) : value);

describe('payloads and another implementation', () => {
  it.each(rows)('$name $value is read over there as it was written here', ({ type, name, value }) => {
    const metric: Metric = {
      ...{ name: 'm', alias: 7n, timestampMs: 1_700_000_000_123, dataType: type },
      properties: [{ key: 'Quality', type: 3, value: { field: 'int', value: 500 } }],
      value: fieldValue(type, value),
    };
    const read = foreign.decodePayload(
      encodePayload({ timestampMs: 1_700_000_000_456, metrics: [metric], seq: 255 }),
    );
    expect(plain(read.timestamp)).toBe(1_700_000_000_456);
    expect(plain(read.seq)).toBe(255);
    const [theirs] = read.metrics ?? [];
    expect(theirs).toMatchObject({ name: 'm', type: name });
    expect(plain(theirs?.value)).toBe(value);
    expect([plain(theirs?.alias), plain(theirs?.timestamp)]).toEqual([7, 1_700_000_000_123]);
    expect(theirs?.properties?.Quality).toMatchObject({ type: 'Int32', value: 500 });
  });

  it.each(rows)('$name $value of over there is read here', ({ type, name, value }) => {
    const bytes = foreign.encodePayload({
      timestamp: 1_700_000_000_456,
      seq: 3,
      metrics: [
        {
          ...{ name: 'm', alias: 9, timestamp: 1_700_000_000_123, isHistorical: true },
          ...{ type: name as 'Int32', value: value as number },
          properties: { Quality: { type: 'Int32', value: 192 } },
        },
      ],
    });
    const { metrics, ...head } = decodePayload(bytes);
    expect(head).toEqual({ timestampMs: 1_700_000_000_456, seq: 3 });
    const [metric] = metrics;
    expect(metric).toEqual({
      ...{ name: 'm', alias: 9n, timestampMs: 1_700_000_000_123, dataType: type, isHistorical: true },
      properties: [{ key: 'Quality', type: 3, value: { field: 'int', value: 192 } }],
      value: fieldValue(type, value),
    });
  });

  it('bytes and a value that is null cross over both ways', () => {
    const value = { field: 'bytes', value: Uint8Array.of(0, 255) } as const;
    const ours = [
      { name: 'raw', dataType: dataTypes.bytes, value },
      { name: 'none', dataType: dataTypes.double, isNull: true },
    ];
    const read = foreign.decodePayload(encodePayload({ metrics: ours }));
    expect(Buffer.from(read.metrics?.[0]?.value as Uint8Array).toString('hex')).toBe('00ff');
    expect(read.metrics?.[1]).toMatchObject({ name: 'none', type: 'Double', value: null });
    const back = decodePayload(foreign.encodePayload({ metrics: read.metrics ?? [] })).metrics;
    expect(back[0]).toMatchObject({ name: 'raw', value: { field: 'bytes' } });
    expect(back[1]).toMatchObject({ name: 'none', isNull: true });
  });
});

const anyValue = fc.oneof(
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map((value) => [dataTypes.int32, value] as const),
  fc.maxSafeInteger().map((value) => [dataTypes.int64, value] as const),
  fc.maxSafeNat().map((value) => [dataTypes.uint64, value] as const),
  fc.double({ noNaN: true }).map((value) => [dataTypes.double, value] as const),
  fc.boolean().map((value) => [dataTypes.boolean, value] as const),
  fc.string({ unit: 'grapheme' }).map((value) => [dataTypes.string, value] as const),
);

describe('the reader', () => {
  it('reads back whatever was written', () => {
    const anyMetric = fc
      .record({ name: fc.string(), alias: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), typed: anyValue })
      .map(
        ({ name, alias, typed: [dataType, value] }): Metric => ({
          ...{ name, alias, timestampMs: 5, dataType, value: fieldValue(dataType, value) },
        }),
      );
    fc.assert(
      fc.property(fc.array(anyMetric, { maxLength: 8 }), fc.integer({ min: 0, max: 255 }), (metrics, seq) => {
        expect(decodePayload(encodePayload({ timestampMs: 1, metrics, seq }))).toEqual({
          timestampMs: 1,
          metrics,
          seq,
        });
      }),
    );
  });

  const refuses = (bytes: Uint8Array) => {
    try {
      decodePayload(bytes);
      return undefined;
    } catch (error) {
      return error;
    }
  };

  it('takes any bytes as a payload or refuses them with its own error', () => {
    const whole = encodePayload({
      timestampMs: 1,
      metrics: [{ name: 'Node Control/Rebirth', alias: 3n }],
      seq: 1,
    });
    const bent = fc
      .tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 }), fc.nat({ max: whole.length }))
      .map(([at, byte, end]) => whole.with(at, byte).subarray(0, end));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), bent), (bytes) => {
        const error = refuses(bytes);
        if (error !== undefined) expect(error).toBeInstanceOf(SparkplugError);
      }),
      { numRuns: 2_000 },
    );
  });

  const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

  it.each([
    ['a message that is cut', '12 05 0a 03 41', 'PAYLOAD_MALFORMED'],
    ['a length beyond the end', '12 ff ff ff ff 0f', 'PAYLOAD_MALFORMED'],
    ['a timestamp that is a string', '0a 01 41', 'PAYLOAD_MALFORMED'],
    ['a name that is no UTF-8', '12 04 0a 02 c3 28', 'PAYLOAD_MALFORMED'],
    ['a timestamp beyond what a number holds', '08 ff ff ff ff ff ff ff ff ff 01', 'PAYLOAD_MALFORMED'],
    ['a key without its value', '12 05 4a 03 0a 01 51', 'PAYLOAD_MALFORMED'],
    ['a value that is no number where one belongs', '12 02 52 00', 'PAYLOAD_MALFORMED'],
    ['field number 0', '00 01', 'PAYLOAD_MALFORMED'],
  ])('refuses %s', (_what, text, code) => {
    expect(refuses(hex(text))).toMatchObject({ code });
  });

  it('refuses more bytes and more metrics than any command has', () => {
    expect(refuses(new Uint8Array(65_537))).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    expect(refuses(encodePayload({ metrics: Array.from({ length: 1_025 }, () => ({})) }))).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    });
    expect(
      decodePayload(encodePayload({ metrics: Array.from({ length: 1_024 }, () => ({})) })).metrics,
    ).toHaveLength(1_024);
  });

  it('passes over fields that it does not know', () => {
    // uuid (4), body (5), a group (100) and, in the metric, metadata (8).
    const bytes = hex('22 01 61 2a 01 00 a3 06 a4 06 12 07 42 02 08 01 0a 01 41 18 05');
    expect(decodePayload(bytes)).toEqual({ metrics: [{ name: 'A' }], seq: 5 });
  });
});
