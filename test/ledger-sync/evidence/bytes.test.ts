import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  concatBytes,
  equalBytes,
  fromBase64url,
  fromHex,
  toBase64url,
  toHex,
} from '../../../ledger-sync/evidence/bytes.js';
import { EvidenceError } from '../../../ledger-sync/evidence/evidence-error.js';
import { flipBit } from './memory-log.js';

const bytes = fc.uint8Array({ maxLength: 200 });

describe('text of bytes', () => {
  test('hex and base64url are those of Node and come back', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        expect(toHex(value)).toBe(Buffer.from(value).toString('hex'));
        expect(toBase64url(value)).toBe(Buffer.from(value).toString('base64url'));
        expect(equalBytes(fromHex(toHex(value)), value)).toBe(true);
        expect(equalBytes(fromHex(`0x${toHex(value).toUpperCase()}`), value)).toBe(true);
        expect(equalBytes(fromBase64url(toBase64url(value)), value)).toBe(true);
      }),
    );
  });

  test('each byte string has one base64url text: whatever is read writes back the same', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40, unit: fc.constantFrom(...'AQgw_-+/=zZ9é ') }), (text) => {
        try {
          expect(toBase64url(fromBase64url(text))).toBe(text);
        } catch (error) {
          expect(error).toBeInstanceOf(EvidenceError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test.each(['AB', 'A', 'AAB', 'AAAAA', 'AA==', 'A+', 'A/', 'A\u00e9'])('base64url %j is refused', (text) => {
    expect(() => fromBase64url(text)).toThrow(EvidenceError);
  });

  test.each(['0', 'zz', ' 00', '0x0', '0x0x00', '00 '])('hex %j is refused', (text) => {
    expect(() => fromHex(text)).toThrow(EvidenceError);
  });
});

describe('comparing and joining', () => {
  test('bytes are equal to their copy, and to nothing else', () => {
    fc.assert(
      fc.property(
        bytes.filter(({ length }) => length > 0),
        fc.nat(1599),
        (value, bit) => {
          expect(equalBytes(value, Uint8Array.from(value))).toBe(true);
          expect(equalBytes(value, flipBit(value, bit))).toBe(false);
          expect(equalBytes(value, value.subarray(1))).toBe(false);
        },
      ),
    );
  });

  test('parts are joined in order', () => {
    expect(toHex(concatBytes(Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3)))).toBe('010203');
  });
});
