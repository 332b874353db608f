// RFC 8785 on the JSON that detail documents may use, against the reference implementation's port.

import * as referencePort from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { EvidenceError } from '../../../ledger-sync/evidence/evidence-error.js';
import { canonicalJson, detailHash } from '../../../ledger-sync/evidence/jcs.js';

const canonicalize = z
  .custom<(value: unknown) => string>((port) => typeof port === 'function')
  .parse(referencePort.default);
const text = fc.string({ unit: 'binary' }).filter((value) => !/\p{Surrogate}/u.test(value));
const { document } = fc.letrec((tie) => ({
  document: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false),
    fc.maxSafeInteger().filter((value) => !Object.is(value, -0)),
    text,
    fc.array(tie('document'), { maxLength: 4 }),
    fc.dictionary(text, tie('document'), { maxKeys: 4 }).map((value) => ({ ...value })),
  ),
}));

/** `levels` arrays within one another. */
function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

describe('canonicalJson', () => {
  test('writes what the reference port writes, and reads back as the same document', () => {
    fc.assert(
      fc.property(document, (value) => {
        const written = canonicalJson(value);
        expect(written).toBe(canonicalize(value));
        expect(JSON.parse(written)).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  test('sorts keys by UTF-16 code units, as the example of RFC 8785 section 3.2.3', () => {
    const keys = ['\u20ac', '\r', '\ufb33', '1', '\u{1f600}', '\u0080', '\u00f6'];
    const sorted = JSON.parse(
      `[${canonicalJson(Object.fromEntries(keys.map((key) => [key, 0])))
        .replace(/[{}]/g, '')
        .replace(/:0/g, '')}]`,
    );
    expect(sorted).toEqual(['\r', '1', '\u0080', '\u00f6', '\u20ac', '\u{1f600}', '\ufb33']);
  });

  test('a key named __proto__ is a key like any other', () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"a":2}}'))).toBe('{"__proto__":{"a":2},"b":1}');
  });

  test('hashes the UTF-8 bytes', () => {
    // printf '{"a":"\xc3\xa9"}' | sha256sum
    expect(toHex(detailHash({ a: 'é' }))).toBe(
      'b3a092a6af48807fa9482b2ee140105575daa26d5b24b3c0e60a7e2dee6683b1',
    );
  });

  test.each<[string, unknown]>([
    ['a fraction', { a: 0.5 }],
    ['minus zero', [-0]],
    ['a number above 2^53', 2 ** 53],
    ['no number', Number.NaN],
    ['undefined', { a: undefined }],
    ['a hole in an array', new Array(1)],
    ['half a surrogate pair', ['\udc00']],
    ['half a surrogate pair as a key', { '\ud800': 1 }],
    ['a date', new Date(0)],
    ['bytes', new Uint8Array(1)],
    ['a bigint', 1n],
    ['a function', { toJSON: () => 1 }],
    ['33 levels', nested(33)],
  ])('refuses %s', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(EvidenceError);
  });

  test('takes 32 levels, and refuses a million without running out of stack', () => {
    expect(canonicalJson(nested(32))).toContain('1');
    expect(() => canonicalJson(nested(1_000_000))).toThrow(EvidenceError);
  });
});
