// The signed snapshot: believed only whole, from a known publisher, for this ledger, and never older than the last one.
import { describe, expect, test } from 'vitest';
import { fromBase64url, fromHex, toHex } from '../../../ledger-sync/evidence/bytes.js';
import { CommissionedLot } from '../../../ledger-sync/serials/commissioned-lot.js';
import { packSaltOf } from '../../../ledger-sync/serials/lot-keys.js';
import { boundPrint, chipPrint, itemName } from '../../../ledger-sync/serials/pack-commitment.js';
import {
  assertNotOlder,
  openSnapshot,
  type SerialsSnapshot,
  signSnapshot,
  snapshotLot,
} from '../../../ledger-sync/serials/snapshot.js';
import { addressText, lotFileOf, signerNamed } from './serials-rig.js';

const publisher = signerNamed('publisher');
const contract = `0x${'cc'.repeat(20)}`;
const domain = { chainId: 31337, verifyingContract: fromHex(contract) };
const maker = `0x${'aa'.repeat(20)}`;
const tid = 'e2801160600002055555aaaa';
const file = lotFileOf(9);
const lot = new CommissionedLot({
  ...file,
  packs: file.packs.map((pack, at) => (at === 4 ? { ...pack, tid } : pack)),
});
const state = {
  ...{ maker, lot: lot.lotId, root: toHex(lot.tree.root), size: 9 },
  ...{ recalls: 0, recallChanges: 0, recallChangedAtMs: 0, spent: 1 },
};
const spent = { dispensed: Uint8Array.of(0, 1), decommissioned: new Uint8Array(2) };
const told = snapshotLot(lot, state, spent);
const snapshot = signSnapshot(publisher, {
  ...{ chainId: 31337, contract, madeAtMs: 1_790_000_000_000, blockNumber: 70, lots: [told] },
});

const open = (change: Partial<SerialsSnapshot> = {}, publishers = [addressText(publisher)]) =>
  openSnapshot(JSON.stringify({ ...snapshot, ...change }), publishers, domain);

test('it is read as it was signed', () => {
  expect(open()).toEqual(snapshot);
});

test('it binds chips by prints that only a reading key makes', () => {
  const prints = fromBase64url(told.tids ?? '');
  const serial = file.packs[4]?.serial ?? '';
  const chip = chipPrint(itemName(file.gtin, serial), tid);
  const print = boundPrint(packSaltOf(lot.readingKey, serial), chip);
  expect(toHex(prints.subarray(32, 40))).toBe(toHex(print));
  expect(toHex(prints.subarray(40))).toBe('00'.repeat(32));
});

describe('refused', () => {
  const change = (more: object) => ({ lots: [{ ...told, ...more }] });
  test.each([
    ['a lifted recall', change({ recalls: 1 })],
    ['another root', change({ root: '00'.repeat(32) })],
    ['a pack that is no longer dispensed', change({ dispensed: 'AAA' })],
    ['a lot less', { lots: [] }],
    ['a later block', { blockNumber: 71 }],
    ['a later time', { madeAtMs: snapshot.madeAtMs + 1 }],
  ])('%s: the signature does not hold', (_what, changed) => {
    expect(() => open(changed)).toThrow('is not signed by it');
  });

  test('a number that no signature can cover', () => {
    const text = JSON.stringify(snapshot).replace('"recalls":0', '"recalls":-0');
    expect(() => openSnapshot(text, [addressText(publisher)], domain)).toThrow('is not signed by it');
  });

  test('a publisher that is not believed, even if it signs well', () => {
    expect(() => open({}, [maker])).toThrow('is not believed here');
  });

  test.each([
    ['chain', { chainId: 1 }],
    ['contract', { contract: maker }],
  ])('one of another %s', (_what, changed) => {
    expect(() => open(changed)).toThrow('not for this gateway');
  });

  test.each([
    ['packs', { packs: told.packs.slice(16) }],
    ['chips', { tids: told.packs }],
    ['bits', { dispensed: 'AAAA' }],
  ])('a lot whose %s are not as many as it says, though well signed', (_what, more) => {
    const { chainId, madeAtMs, blockNumber } = snapshot;
    const lots = [{ ...told, ...more }];
    const signed = signSnapshot(publisher, { chainId, contract, madeAtMs, blockNumber, lots });
    expect(() => open(signed)).toThrow('more or fewer packs');
  });

  test('one that is older than what is held: it could hide a recall', () => {
    const older = { ...snapshot, blockNumber: 69 };
    expect(() => assertNotOlder(older, snapshot)).toThrow('block 69');
    expect(() => assertNotOlder({ ...snapshot, madeAtMs: 1 }, snapshot)).toThrow('block 70');
    expect(() => assertNotOlder(snapshot, snapshot)).not.toThrow();
    expect(() => assertNotOlder(snapshot, older)).not.toThrow();
    expect(() => assertNotOlder(snapshot, undefined)).not.toThrow();
  });
});
