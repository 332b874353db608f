// The public list of packs: it answers whoever holds the whole label, tells nobody else anything, and is not believed when a byte of
// it was changed.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromBase64url } from '../../../ledger-sync/evidence/bytes.js';
import type { PackIdentity } from '../../../ledger-sync/serials/pack-commitment.js';
import {
  coldStates,
  ENTRY_BYTES,
  fateOfPack,
  type ListedPack,
  makePackList,
  openPackList,
  type PackFate,
  slowHashOf,
} from '../../../ledger-sync/serials/pack-list.js';
import { thrownBy } from '../../gateway/thrown.js';
import { addressText, signerNamed } from './serials-rig.js';

const publisher = signerNamed('publisher');
/** Cheap, for a test; the command refuses so few. */
const made = { madeAtMs: 1_790_000_000_000, iterations: 10, salt: new Uint8Array(16).fill(7) };
const pack = (serial: string, more: Partial<PackIdentity> = {}): PackIdentity => ({
  ...{ gtin: '09521234543213', serial, lot: 'LOT7', expiry: '2029-12-31' },
  ...more,
});
const fine: PackFate = { isDispensed: false, isDecommissioned: false, isRecalled: false, cold: 'kept' };
const listed = async (serial: string, fate: Partial<PackFate> = {}): Promise<ListedPack> => ({
  slow: await slowHashOf(pack(serial), addressText(publisher), made.iterations),
  fate: { ...fine, ...fate },
});
const listOf = async (serials: readonly string[], more = {}) =>
  makePackList(publisher, await Promise.all(serials.map((serial) => listed(serial))), { ...made, ...more });

const fate: fc.Arbitrary<PackFate> = fc.record({
  ...{ isDispensed: fc.boolean(), isDecommissioned: fc.boolean(), isRecalled: fc.boolean() },
  cold: fc.constantFrom(...coldStates),
});

test('every pack of a list gets its own fate back, and nobody else one', async () => {
  const packs = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[A-Z0-9]{1,20}$/), fate), {
    selector: ([serial]) => serial,
    maxLength: 8,
  });
  await fc.assert(
    fc.asyncProperty(packs, async (told) => {
      const all = await Promise.all(told.map(([serial, one]) => listed(serial, one)));
      const list = openPackList(JSON.stringify(await makePackList(publisher, all, made)));
      for (const [serial, one] of told) expect(await fateOfPack(list, pack(serial))).toEqual(one);
      expect(await fateOfPack(list, pack('A-SERIAL-OF-NOBODY'))).toBeUndefined();
    }),
    { numRuns: 20 },
  );
});

describe('a label', () => {
  const list = () => listOf(['1001']);

  test.each([
    ['product', { gtin: '09521234543220' }],
    ['lot', { lot: 'LOT8' }],
    ['date', { expiry: '2030-12-31' }],
    ['serial', { serial: '1002' }],
  ])('of another %s is another pack', async (_what, change) => {
    expect(await fateOfPack(await list(), pack('1001'))).toEqual(fine);
    expect(await fateOfPack(await list(), pack('1001', change))).toBeUndefined();
  });
});

test('the list holds no serial, product or lot, and entries of one size in an order that tells nothing', async () => {
  const serials = ['1001', '1002', '1003', '1004'];
  const list = await listOf(serials);
  const text = JSON.stringify(list);
  for (const word of [...serials, '09521234543213', 'LOT7', '2029']) expect(text).not.toContain(word);
  const bytes = fromBase64url(list.packs);
  expect(bytes).toHaveLength(serials.length * ENTRY_BYTES);
  const turned = await listOf(serials.toReversed());
  expect(turned.packs).toBe(list.packs);
  const next = await listOf(serials, { salt: new Uint8Array(16).fill(8) });
  const entries = (one: typeof list) =>
    serials.map((_, index) =>
      Buffer.from(one.packs, 'base64url')
        .subarray(index * ENTRY_BYTES, (index + 1) * ENTRY_BYTES)
        .toString('hex'),
    );
  expect(
    entries(list).filter((entry) => entries(next).some((other) => other.slice(0, 8) === entry.slice(0, 8))),
  ).toEqual([]);
});

test('a list that was changed anywhere is no list', async () => {
  const text = JSON.stringify(await listOf(['1001', '1002']));
  expect(openPackList(text)).toMatchObject({ version: 1 });
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom('0', 'A', 'f', '"', '9'), (at, letter) => {
      fc.pre(text[at] !== letter);
      const forged = text.slice(0, at) + letter + text.slice(at + 1);
      expect(thrownBy(() => openPackList(forged))).toMatchObject({ code: 'PACK_LIST_INVALID' });
    }),
  );
  for (const none of ['', '{}', '[]', '7', text.replace('"version":1', '"version":2')]) {
    expect(thrownBy(() => openPackList(none))).toMatchObject({ code: 'PACK_LIST_INVALID' });
  }
});
