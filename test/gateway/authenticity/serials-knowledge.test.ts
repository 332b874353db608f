// What is known of packs: whichever is newer of snapshot and ledger, and found for every pack of a lot of any size.
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { KnownSerials } from '../../../gateway/authenticity/known-serials.js';
import { LotStoreRows } from '../../../gateway/authenticity/lot-store-rows.js';
import { PackIndex } from '../../../gateway/authenticity/pack-index.js';
import { SerialsKnowledge } from '../../../gateway/authenticity/serials-knowledge.js';
import { openDatabase } from '../../../gateway/journal/database.js';
import { SerialsReader, SerialsRows } from '../../../gateway/journal/serials-rows.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { sha256 } from '../../../ledger-sync/evidence/sha256.js';
import { lotKeyFileOf } from '../../../ledger-sync/serials/lot-file.js';
import { signSnapshot } from '../../../ledger-sync/serials/snapshot.js';
import { signerNamed } from '../../ledger-sync/serials/serials-rig.js';
import { openTestLog } from '../test-log.js';
import { believed, contract, lotWith, maker, START_MS, snapshotOf } from './tag-bench.js';

test('every pack of a lot is found at its place, and nothing else is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 400 }), fc.integer(), (size, seed) => {
      const commitments = Array.from({ length: size }, (_, at) => sha256(Buffer.from(`${seed} ${at}`)));
      const prefixes = new Uint8Array(size * 12);
      for (const [at, one] of commitments.entries()) prefixes.set(one.subarray(0, 12), at * 12);
      const index = new PackIndex(prefixes);
      for (const [at, one] of commitments.entries()) expect(index.find(one)).toBe(at);
      expect(index.find(sha256(Buffer.from(`${seed} other`)))).toBeUndefined();
    }),
    { numRuns: 40 },
  );
});

test('one bit more or less is no pack', () => {
  const commitment = sha256(Buffer.from('one'));
  const index = new PackIndex(commitment.subarray(0, 12));
  for (let bit = 0; bit < 96; bit++) {
    const other = Uint8Array.from(commitment);
    other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(index.find(other)).toBeUndefined();
  }
});

describe('of snapshot and ledger', () => {
  const lot = lotWith([1001, 1002]);
  const state = {
    ...{
      maker,
      lot: lot.lotId,
      root: toHex(lot.tree.root),
      size: 2,
      recalls: 1,
      recallChanges: 1,
      recallChangedAtMs: 0,
      spent: 1,
    },
    ...{ dispensed: Uint8Array.of(2), decommissioned: new Uint8Array(1), seenAtMs: START_MS + 5_000 },
  };
  const found = (blockNumber: number, root = state.root) =>
    new SerialsKnowledge({
      snapshots: [snapshotOf(lot, { dispensed: [0], blockNumber: 70 })],
      followed: [{ ...state, blockNumber, root }],
      keys: [lotKeyFileOf(lot.file, maker)],
    }).find('09521234543213', '1001', undefined);

  test.each([
    ['the ledger, if it was read later', 71, true, false, START_MS + 5_000],
    ['the ledger, if it is the same block', 70, true, false, START_MS + 5_000],
    ['the snapshot, if it is of a later block', 69, false, true, START_MS],
  ])('%s', (_what, blockNumber, isRecalled, isDispensed, asOfMs) => {
    expect(found(blockNumber)).toMatchObject({ kind: 'found', isRecalled, isDispensed, asOfMs });
  });

  test('a lot that the ledger has with another root, or not at all, is as if nobody had told of it', () => {
    expect(found(71, '00'.repeat(32))).toEqual({ kind: 'no-snapshot' });
    // It may have been commissioned since.
    expect(found(69, '00'.repeat(32))).toMatchObject({ kind: 'found' });
  });
});

describe('rows beside the log', () => {
  const lot = lotWith([1001, 1002]);

  function rig() {
    const log = openTestLog();
    const peer = openDatabase(log.path, { access: 'peer' });
    const reader = openDatabase(log.path, { access: 'reader' });
    onTestFinished(() => {
      peer.close();
      reader.close();
    });
    const troubles: { readonly code: string }[] = [];
    const known = new KnownSerials(new SerialsReader(reader), believed, (error) => troubles.push(error));
    return { peer, known, troubles, store: () => new LotStoreRows(peer, believed) };
  }

  test('nothing is known before anybody wrote, and only changes are told', () => {
    const { known, store } = rig();
    expect(known.look()).toBeUndefined();
    const rows = store();
    expect(known.look()).toMatchObject({ lots: 0, asOfMs: 0 });
    expect(known.look()).toBeUndefined();
    const snapshot = snapshotOf(lot);
    expect(rows.takeSnapshot(snapshot, JSON.stringify(snapshot))).toBe(true);
    expect(rows.takeSnapshot(snapshot, JSON.stringify(snapshot))).toBe(false);
    rows.takeLotKey(lotKeyFileOf(lot.file, maker));
    const knowledge = known.look();
    expect(knowledge).toMatchObject({ lots: 1, packs: 2, recalledLots: 0, asOfMs: START_MS });
    expect(knowledge?.find('09521234543213', '1002', undefined)).toMatchObject({ kind: 'found' });
    expect(known.look()).toBeUndefined();
  });

  test('the digest is that of the content, however often it was written', () => {
    const { known, store } = rig();
    const rows = store();
    const snapshot = snapshotOf(lot);
    rows.takeSnapshot(snapshot, JSON.stringify(snapshot));
    const first = known.look()?.digest;
    rows.saveFollowed([], 71, START_MS);
    expect(known.look()?.digest).toBe(first);
    const recalled = snapshotOf(lot, { recalls: 2, blockNumber: 72 });
    rows.takeSnapshot(recalled, JSON.stringify(recalled));
    expect(known.look()?.digest).not.toBe(first);
  });

  test('a row that somebody wrote behind our back is told and left aside', () => {
    const { peer, known, troubles, store } = rig();
    store().takeLotKey(lotKeyFileOf(lot.file, maker));
    const forged = { ...snapshotOf(lot, { recalls: 2 }), madeAtMs: START_MS + 1 };
    const stranger = signSnapshot(signerNamed('stranger'), {
      ...{ chainId: 31337, contract, madeAtMs: START_MS, blockNumber: 70, lots: [] },
    });
    for (const [name, document] of Object.entries({ forged, stranger })) {
      new SerialsRows(peer).saveSnapshot(name, 1, 1, JSON.stringify(document));
    }
    new SerialsRows(peer).saveLotKey('x', '{}');
    expect(known.look()).toMatchObject({ lots: 0 });
    expect(troubles.map(({ code }) => code).sort()).toEqual([
      'SERIALS_FILE_INVALID',
      'SNAPSHOT_FOREIGN',
      'SNAPSHOT_FORGED',
    ]);
  });

  describe('one of which was changed by a card', () => {
    const recalled = { maker, lot: lot.lotId, root: toHex(lot.tree.root), size: 2, recalls: 1 };
    const state = { ...recalled, recallChanges: 1, recallChangedAtMs: 0, spent: 0 };
    const bits = { dispensed: new Uint8Array(1), decommissioned: new Uint8Array(1) };
    const now = (knowledge: SerialsKnowledge | undefined) =>
      knowledge?.find('09521234543213', '1001', undefined);

    function followed() {
      const parts = rig();
      const rows = parts.store();
      const snapshot = snapshotOf(lot);
      rows.takeSnapshot(snapshot, JSON.stringify(snapshot));
      rows.takeLotKey(lotKeyFileOf(lot.file, maker));
      const ask = () => rows.saveFollowed([{ ...state, ...bits }], 71, START_MS);
      ask();
      return { ...parts, ask };
    }

    test('a recall of which one bit was taken away is one', () => {
      const { peer, known } = followed();
      peer.exec(`UPDATE serials_followed SET state = replace(state, '"recalls":1', '"recalls":0')`);
      expect(now(known.look())).toMatchObject({ kind: 'found', isRecalled: true });
    });

    test.each(['serials_followed', 'serials_lot_keys', 'serials_snapshots', 'serials_change'])(
      'where nobody knows what was in %s no pack is known, and that is told',
      (table) => {
        const { peer, known, troubles } = followed();
        peer.exec(`UPDATE ${table} SET checksum = 5`);
        expect(now(known.look())).toMatchObject({ kind: 'no-key' });
        expect(troubles).toMatchObject([{ code: 'JOURNAL_DAMAGED' }]);
      },
    );

    test('the ledger is asked again, and what it says is known', () => {
      const { peer, known, store, ask } = followed();
      peer.exec('UPDATE serials_followed SET checksum = 5; UPDATE serials_change SET checksum = 5');
      expect(store().followed()).toEqual([]);
      known.look();
      ask();
      expect(now(known.look())).toMatchObject({ kind: 'found', isRecalled: true });
    });
  });

  test('lots that are in no snapshot any more are no longer followed', () => {
    const { store } = rig();
    const rows = store();
    const one = snapshotOf(lot);
    rows.takeSnapshot(one, JSON.stringify(one));
    const state = { root: '', size: 2, recalls: 0, recallChanges: 0, recallChangedAtMs: 0, spent: 0 };
    const bits = { dispensed: new Uint8Array(1), decommissioned: new Uint8Array(1) };
    rows.saveFollowed([{ maker, lot: lot.lotId, ...state, ...bits }], 70, START_MS);
    expect(rows.names()).toEqual([{ maker, lot: lot.lotId }]);
    const other = lotWith([7], { lot: 'B' });
    const next = snapshotOf(other, { blockNumber: 71 });
    rows.takeSnapshot(next, JSON.stringify(next));
    expect(rows.names()).toEqual([{ maker, lot: other.lotId }]);
    expect(rows.followed()).toEqual([]);
  });

  test('an older snapshot never takes the place of a newer one', () => {
    const { store } = rig();
    const rows = store();
    const newer = snapshotOf(lot, { recalls: 1, blockNumber: 80 });
    rows.takeSnapshot(newer, JSON.stringify(newer));
    const older = snapshotOf(lot, { blockNumber: 79 });
    expect(() => rows.takeSnapshot(older, JSON.stringify(older))).toThrow('block 79');
  });
});
