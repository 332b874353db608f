// What must hold for every tag and every label, not only for the published ones.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeEpc, type Epc } from '../../../firmware-bridge/epc/epc.js';
import { epcSchemes } from '../../../firmware-bridge/epc/epc-schemes.js';
import { decodeLabel } from '../../../firmware-bridge/epc/gs1-label.js';
import { hostnameEndings, hostnameParts } from '../../../firmware-bridge/epc/hostname-table.js';
import { decodeTid } from '../../../firmware-bridge/epc/tid.js';
import { bitsOfDigits, bitsToHex, field, nibbles, plusText, text7 } from './epc-encoder.js';
import { assetTag, classicTag, plusTag } from './tag-generators.js';
import { epcVectors, readVectors } from './vectors.js';

const thisYear = 2026;

function accepted(hex: string): Epc {
  const decoded = decodeEpc(hex);
  if (!decoded.ok) throw new Error(`${hex}: ${decoded.reason}`);
  return decoded.value;
}

/** What every identity must be, wherever it came from: printable, well-formed, and right by the label rules. */
function expectSound(epc: Epc): void {
  if (epc.pureIdentity !== undefined) {
    expect(epc.pureIdentity).toMatch(/^urn:epc:id:[a-z]+:[-A-Za-z0-9._%!'()*+,:;=]+$/);
    const [, body] = /^urn:epc:tag:[a-z0-9-]+:(.*)$/.exec(epc.tagUri ?? '') ?? [];
    expect(epc.pureIdentity.endsWith(body?.replace(/^[0-9]+\./, '') ?? ' ')).toBe(true);
  }
  if (epc.hostname !== undefined) expect(epc.hostname).toMatch(/^[A-Za-z0-9.-]{1,253}$/);
  if (epc.elements.length === 0) return;
  const escaped = epc.elements.map(([ai, value]) => `(${ai})${value.replaceAll('(', '\\(')}`).join('');
  const label = decodeLabel(escaped, thisYear);
  expect(label, escaped).toMatchObject({ ok: true });
  const link = decodeLabel(`https://id.gs1.org${epc.digitalLinkPath}`, thisYear);
  expect(link.ok && link.value.elementString).toBe(label.ok && label.value.elementString);
}

describe('what the tests encode is decoded as the same', () => {
  test('TDS 1.x', () => {
    fc.assert(
      fc.property(fc.oneof(classicTag(), assetTag()), ({ hex, scheme, tagUri, pureIdentity }) => {
        const epc = accepted(hex);
        expect(epc).toMatchObject({ scheme, tagUri, pureIdentity });
        expectSound(epc);
      }),
      { numRuns: 500 },
    );
  });

  test('TDS 2.x, in every encoding of its text', () => {
    fc.assert(
      fc.property(plusTag, ({ hex, ...stated }) => {
        const epc = accepted(hex);
        expect(epc).toMatchObject(stated);
        expect(epc.hostname).toBe(stated.hostname);
        expectSound(epc);
      }),
      { numRuns: 500 },
    );
  });

  test('an asset number that goes on with text', () => {
    const rest = fc.string({ unit: fc.constantFrom(...'ABCxyz/-_0123456789'), maxLength: 12 });
    const property = fc.property(fc.stringMatching(/^[0-9]{4,12}$/), rest, (number, text) => {
      const bits = `${nibbles(number)}1110${plusText(`A${text}`, 'ascii')}`;
      expect(accepted(bitsToHex(field(0xfa0, 12) + bits)).elementString).toBe(`(8004)${number}A${text}`);
    });
    fc.assert(property);
  });

  test('every short code of a host name', () => {
    const head = field(0xef0, 12) + nibbles('095201234567891235');
    const hostOf = (codes: string, count: number) =>
      accepted(bitsToHex(`${head}1${field(count + 1, 6)}${codes}${text7('', 0)}`)).hostname;
    for (const [code, text] of hostnameParts) {
      const isFirst = text.endsWith('.');
      const codes = isFirst ? field(code, 7) + text7('a', 1) : text7('a', 1) + field(code, 7);
      expect(hostOf(codes, 1)).toBe(isFirst ? `${text}a` : `a${text}`);
    }
    for (const [table, endings] of hostnameEndings.entries()) {
      for (const [index, ending] of endings.entries())
        expect(hostOf(text7('a', 1) + field(table, 7) + field(index, 7), 2)).toBe(`a${ending}`);
    }
  });

  test('numbers need the bits that the table of the standard says', () => {
    const bits = [4, 7, 10, 14, 17, 20, 24, 27, 30, 34, 37, 40, 44, 47, 50, 54, 57, 60, 64, 67];
    expect(bits.map((_, index) => bitsOfDigits(index + 1))).toEqual(bits);
    for (let length = 1; length <= 20; length += 1) {
      const serial = '9'.repeat(length);
      const hex = bitsToHex(field(0xf70, 12) + nibbles('79521141123453') + plusText(serial, 'integer'));
      expect(accepted(hex).elementString).toBe(`(01)79521141123453(21)${serial}`);
    }
  });
});

describe('damage and chance give a refusal or another sound identity, never an exception', () => {
  test('any one flipped bit of any vector', () => {
    for (const { hex } of epcVectors) {
      const original = accepted(hex);
      for (let bit = 0; bit < hex.length * 4; bit += 1) {
        const at = Math.floor(bit / 4);
        const nibble = Number.parseInt(hex[at] ?? '', 16) ^ (8 >> (bit % 4));
        const decoded = decodeEpc(hex.slice(0, at) + nibble.toString(16) + hex.slice(at + 1));
        if (!decoded.ok) {
          expect(decoded.reason).toMatch(/^[ -~]+$/);
          continue;
        }
        expect(decoded.value, `${hex} bit ${bit}`).not.toEqual(original);
        expectSound(decoded.value);
      }
    }
  });

  test('any truncated vector', () => {
    for (const { hex } of epcVectors) {
      for (let length = 0; length < hex.length; length += 1) {
        const decoded = decodeEpc(hex.slice(0, length));
        // Only padding may be missing.
        if (decoded.ok) expect(decoded).toEqual(decodeEpc(hex));
      }
    }
  });

  test('random bits behind every header', () => {
    const property = fc.property(
      fc.nat(255),
      fc.uint8Array({ minLength: 0, maxLength: 40 }),
      (header, rest) => {
        const hex = Buffer.from([header, ...rest]).toString('hex');
        const decoded = decodeEpc(hex);
        if (decoded.ok) expectSound(decoded.value);
        else expect(decoded.reason).toMatch(/^[ -~]+$/);
      },
    );
    fc.assert(property, { numRuns: 3000 });
  });

  test('random 96 bits behind the headers that take them', () => {
    const headers = [...epcSchemes].filter(([, scheme]) => scheme.kind === 'classic' && scheme.bits === 96);
    let identities = 0;
    const property = fc.property(
      fc.constantFrom(...headers.map(([header]) => header)),
      fc.uint8Array({ minLength: 11, maxLength: 11 }),
      (header, rest) => {
        const decoded = decodeEpc(Buffer.from([header, ...rest]).toString('hex'));
        if (!decoded.ok) return;
        identities += 1;
        expectSound(decoded.value);
      },
    );
    fc.assert(property, { numRuns: 3000 });
    // The property says something only if chance gives identities at all.
    expect(identities).toBeGreaterThan(100);
  });

  test('any text as EPC, TID and label', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({ unit: fc.constantFrom(...'0123456789()\u001d^{GS}]d2Cabx\\%/?&=;'), maxLength: 60 }),
    );
    const property = fc.property(
      text,
      fc.constantFrom('', '(01)09521141123454', 'https://', 'e2', '30'),
      (rest, head) => {
        for (const decoded of [
          decodeEpc(head + rest),
          decodeTid(head + rest),
          decodeLabel(head + rest, thisYear),
        ]) {
          if (!decoded.ok) expect(decoded.reason).toMatch(/^[ -~]+$/);
        }
      },
    );
    fc.assert(property, { numRuns: 1000 });
  });

  test('any one flipped bit of a TID, and any read that stops early', () => {
    const { vectors } = readVectors<{ readonly vectors: readonly { tid: string; serial?: string | null }[] }>(
      'tds/tid-vectors.json',
    );
    for (const { tid, serial } of vectors) {
      // What stands of a serial that was not read to its end is not told.
      const bits = serial === null ? 48 : tid.length * 4;
      for (let bit = 0; bit < bits; bit += 1) {
        const at = Math.floor(bit / 4);
        const nibble = Number.parseInt(tid[at] ?? '', 16) ^ (8 >> (bit % 4));
        expect(decodeTid(tid.slice(0, at) + nibble.toString(16) + tid.slice(at + 1))).not.toEqual(
          decodeTid(tid),
        );
      }
      for (let length = 0; length < tid.length; length += 4) {
        const decoded = decodeTid(tid.slice(0, length));
        expect(decoded.ok && typeof decoded.value.serial).not.toBe('string');
      }
    }
  });
});

describe('a label means the same however it is written', () => {
  const alphabet = '!"%&\'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
  const value = fc.string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength: 20 });

  test('brackets, FNC1 in each form, and a link', () => {
    const property = fc.property(
      value,
      value,
      fc.constantFrom('\u001d', '{GS}', '^', '\u241d', '~1', '[FNC1]'),
      (lot, serial, fnc1) => {
        const bracketed = `(01)09521141123454(10)${lot.replaceAll('(', '\\(')}(21)${serial.replaceAll('(', '\\(')}(17)270630`;
        const raw = `010952114112345410${lot}${fnc1}21${serial}${fnc1}17270630`;
        const link = `https://a.example/01/09521141123454/10/${encodeURIComponent(lot)}/21/${encodeURIComponent(serial)}?17=270630`;
        for (const text of [bracketed, raw, `]d2${raw}`, link])
          expect(decodeLabel(text, thisYear), text).toMatchObject({
            ok: true,
            value: { gtin: '09521141123454', lot, serial, expiry: '2027-06-30' },
          });
      },
    );
    fc.assert(property, { numRuns: 500 });
  });
});
