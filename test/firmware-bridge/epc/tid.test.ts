// TID decoding against vectors and against reads that stop early.

import { describe, expect, test } from 'vitest';
import { decodeTid } from '../../../firmware-bridge/epc/tid.js';
import { readVectors } from './vectors.js';

interface TidVector {
  readonly tid: string;
  readonly allocClass: string;
  readonly xtid: boolean;
  readonly security: boolean;
  readonly file: boolean;
  readonly mdid: string;
  readonly tmn: string;
  readonly xtidHeader?: string;
  readonly serialBits?: number;
  readonly serial?: string | null;
  readonly stidUri?: string;
}

const { vectors } = readVectors<{ readonly vectors: readonly (TidVector & { readonly why?: string })[] }>(
  'tds/tid-vectors.json',
);

test.each(vectors.map((vector) => [vector.tid, vector] as const))('%s is told as it says', (hex, vector) => {
  const { tid: _tid, why: _why, ...stated } = vector;
  const decoded = decodeTid(hex);
  if (!decoded.ok) throw new Error(decoded.reason);
  const { designer: _designer, model: _model, ...told } = decoded.value;
  expect(told).toEqual(stated);
  expect(decodeTid(hex.toLowerCase())).toEqual(decoded);
});

test.each([
  ['E28069952000500101D589CC', 'NXP Semiconductors', 'UCODE9'],
  ['E2801191200075A0C6D10312', 'Impinj', 'M730'],
  ['E2003412013A', 'Alien Technology', 'Higgs 3'],
  ['E21FF000', undefined, undefined],
])('%s names its designer (%s) and model (%s), if they are registered', (hex, designer, model) => {
  const decoded = decodeTid(hex);
  if (!decoded.ok) throw new Error(decoded.reason);
  expect(decoded.value.designer).toBe(designer);
  expect(decoded.value.model).toBe(model);
});

describe('the serial number has the length that the header says', () => {
  test.each([1, 2, 3, 4, 5, 6, 7])('%i', (steps) => {
    const serialBits = 48 + 16 * (steps - 1);
    const serial = 'ABCDEF0123456789'.repeat(3).slice(0, serialBits / 4);
    const header = (steps << 13).toString(16).padStart(4, '0');
    const whole = `e2801191${header}${serial}`;
    expect(decodeTid(whole)).toMatchObject({
      ok: true,
      value: { serialBits, serial, stidUri: `urn:epc:stid:x001.x191.x${serial}` },
    });
    // What follows the serial are other segments.
    expect(decodeTid(`${whole}00000000`)).toMatchObject({ ok: true, value: { serial } });
    const cut = decodeTid(whole.slice(0, -4));
    expect(cut).toMatchObject({ ok: true, value: { serialBits, serial: null } });
    expect(cut.ok && cut.value.stidUri).toBeUndefined();
  });

  test('none, if the header says none or belongs to a later standard', () => {
    for (const header of ['0000', '0400', '2001']) {
      const decoded = decodeTid(`e2801191${header}500101d589cc`);
      if (!decoded.ok) throw new Error(decoded.reason);
      expect(decoded.value).toMatchObject({ xtidHeader: header });
      expect(decoded.value).not.toHaveProperty('serial');
    }
  });

  test('none, without an extended TID: what follows is then the maker’s own', () => {
    const decoded = decodeTid('E20034120000500101D589CC');
    expect(decoded).toMatchObject({ ok: true, value: { xtid: false } });
    expect(decoded.ok && 'xtidHeader' in decoded.value).toBe(false);
  });
});

test.each([
  ['', 'no digits'],
  ['E28', 'truncated: a TID has at least 32 bits, 12 are there'],
  ['E0040102', 'allocation class e0 is not e2: no TID of GS1'],
  ['3074257BF7194E4000001A85', 'allocation class 30 is not e2: no TID of GS1'],
  ['E280699', 'truncated: a TID has at least 32 bits, 28 are there'],
  ['E280699520', 'wrong length: a TID is read in words of 16 bits'],
  ['E280 6995', 'not hexadecimal'],
])('%j is refused: %s', (hex, reason) => {
  expect(decodeTid(hex)).toEqual({ ok: false, reason });
});
