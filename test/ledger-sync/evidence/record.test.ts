// The record's bytes: against a CBOR library, against random bytes, and against every other way to write the
// same numbers.

import { decode, encode } from 'cborg';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../ledger-sync/evidence/bytes.js';
import { EvidenceError } from '../../../ledger-sync/evidence/evidence-error.js';
import {
  decodeRecord,
  type EvidenceRecord,
  encodeRecord,
  subjectOf,
} from '../../../ledger-sync/evidence/record.js';
import { flipBit } from './memory-log.js';

const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const record: fc.Arbitrary<EvidenceRecord> = fc.record({
  version: fc.constant(1 as const),
  gateway: bytesOf(20),
  sequence: fc.nat(2 ** 31 - 1).map((low) => low * 65536 + 3),
  observedAtMs: fc.oneof(fc.nat(300), fc.integer({ min: 0, max: 253_402_300_799_999 })),
  bootCount: fc.oneof(fc.nat(300), fc.maxSafeNat()),
  uptimeMs: fc.oneof(fc.nat(70_000), fc.maxSafeNat()),
  clockTrust: fc.constantFrom(0 as const, 1 as const, 2 as const),
  kind: fc.integer({ min: 1, max: 65535 }),
  subject: bytesOf(16),
  value: fc.oneof(fc.integer({ min: -300, max: 300 }), fc.maxSafeInteger()),
  quality: fc.nat(65535),
  shipment: fc.oneof(bytesOf(0), bytesOf(16)),
  detail: fc.oneof(bytesOf(0), bytesOf(32)),
});
const sample: EvidenceRecord = {
  version: 1,
  gateway: new Uint8Array(20).fill(0xaa),
  sequence: 24,
  observedAtMs: 1_790_000_000_000,
  bootCount: 1,
  uptimeMs: 65_536,
  clockTrust: 2,
  kind: 1,
  subject: new Uint8Array(16).fill(0xbb),
  value: -4125,
  quality: 0,
  shipment: new Uint8Array(0),
  detail: new Uint8Array(0),
};
const itemsOf = (value: EvidenceRecord) => [
  value.version,
  value.gateway,
  value.sequence,
  value.observedAtMs,
  value.bootCount,
  value.uptimeMs,
  value.clockTrust,
  value.kind,
  value.subject,
  value.value,
  value.quality,
  value.shipment,
  value.detail,
];

describe('encodeRecord', () => {
  test('writes the bytes of the protocol', () => {
    expect(toHex(encodeRecord(sample))).toBe(
      `8d0154${'aa'.repeat(20)}18181b000001a0c4506c00011a00010000020150${'bb'.repeat(16)}39101c004040`,
    );
  });

  test('writes what a CBOR library writes for the same array', () => {
    fc.assert(
      fc.property(record, (value) => {
        expect(toHex(encodeRecord(value))).toBe(toHex(encode(itemsOf(value))));
      }),
    );
  });

  test('comes back unchanged, and gives every record bytes of its own', () => {
    fc.assert(
      fc.property(record, record, (first, second) => {
        const leaf = encodeRecord(first);
        const after = encodeRecord(second);
        expect(decodeRecord(leaf)).toEqual(first);
        expect(decodeRecord(after)).toEqual(second);
      }),
    );
  });

  test.each<[string, Partial<Record<keyof EvidenceRecord, unknown>>]>([
    ['a short gateway', { gateway: new Uint8Array(19) }],
    ['a negative sequence', { sequence: -1 }],
    ['a sequence beyond 48 bits', { sequence: 2 ** 48 - 1 }],
    ['a time beyond the year 9999', { observedAtMs: 253_402_300_800_000 }],
    ['a fraction', { uptimeMs: 1.5 }],
    ['no number', { bootCount: Number.NaN }],
    ['a clock trust of 3', { clockTrust: 3 }],
    ['kind 0', { kind: 0 }],
    ['a long subject', { subject: new Uint8Array(17) }],
    ['a value beyond 2^53', { value: 2 ** 53 }],
    ['a quality beyond 16 bits', { quality: 65536 }],
    ['a shipment of 15 bytes', { shipment: new Uint8Array(15) }],
    ['a detail of 31 bytes', { detail: new Uint8Array(31) }],
    ['version 2', { version: 2 }],
  ])('refuses %s', (_, change) => {
    expect(() => encodeRecord(Object.assign({ ...sample }, change))).toThrow(EvidenceError);
  });
});

describe('decodeRecord', () => {
  const outcome = (leaf: Uint8Array) => {
    try {
      return decodeRecord(leaf);
    } catch (error) {
      expect(error).toBeInstanceOf(EvidenceError);
      return undefined;
    }
  };

  test('random bytes are refused by an EvidenceError and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const decoded = outcome(bytes);
        if (decoded) expect(toHex(encodeRecord(decoded))).toBe(toHex(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  test('a leaf with changed, missing or added bytes is refused, or is itself canonical', () => {
    fc.assert(
      fc.property(
        record,
        fc.nat(1400),
        fc.nat(160),
        fc.uint8Array({ minLength: 1, maxLength: 4 }),
        (value, bit, cut, more) => {
          const leaf = encodeRecord(value);
          const flipped = flipBit(leaf, bit);
          const decoded = outcome(flipped);
          if (decoded) expect(toHex(encodeRecord(decoded))).toBe(toHex(flipped));
          expect(outcome(leaf.subarray(0, cut % leaf.length))).toBeUndefined();
          expect(outcome(Uint8Array.from([...leaf, ...more]))).toBeUndefined();
        },
      ),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['version in two bytes', '8d01', '8d1801'],
    ['an indefinite array', '8d01', '9f01'],
    ['an array of 14', '8d01', '8e01'],
    ['a gateway length in two bytes', '0154', '015814'],
    ['a text string', '0154', '0174'],
    ['a tag before the version', '8d01', '8dc101'],
    ['a sequence in three bytes', '1818', '190018'],
    ['a sequence in nine bytes', '1818', '1b0000000000000018'],
    ['a float for the value', '39101c', 'f9101c'],
    ['a time above 2^53', '1b000001a0c4506c00', '1b002001a0c4506c00'],
    ['a time that rounds to 2^53 - 1 in no float', '1b000001a0c4506c00', '1bffffffffffffffff'],
    ['a value of -2^53', '39101c', '3b001fffffffffffff'],
    ['a reserved head', '39101c', '3c101c'],
  ])('refuses %s', (_, canonical, other) => {
    const text = toHex(encodeRecord(sample));
    expect(text).toContain(canonical);
    expect(outcome(fromHex(text.replace(canonical, other)))).toBeUndefined();
  });

  test('keeps nothing of the input bytes', () => {
    const leaf = encodeRecord(sample);
    const decoded = decodeRecord(leaf);
    leaf.fill(0);
    expect(toHex(decoded.gateway)).toBe('aa'.repeat(20));
  });

  test('the least and greatest safe value come back', () => {
    for (const value of [Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER]) {
      expect(decodeRecord(encodeRecord({ ...sample, value })).value).toBe(value);
      expect(decode(encodeRecord({ ...sample, value }))).toHaveProperty('9', value);
    }
  });
});

describe('subjectOf', () => {
  test('is the first 16 bytes of SHA-256 of salt and name', () => {
    // printf 'box-1' | sha256sum; printf '\x01\x02box-1' | sha256sum
    expect(toHex(subjectOf('box-1'))).toBe('96fb257c5fbb68bc07526e764fa33149');
    expect(toHex(subjectOf('box-1', Uint8Array.of(1, 2)))).toBe('96232bcdd8454d0582595675ddfa6649');
  });

  test('half a surrogate pair is refused', () => {
    expect(() => subjectOf('\ud800')).toThrow(EvidenceError);
  });
});
