// The writer of the log in this process: numbering, tree, checkpoint, and commits that fail. The tree is
// compared with one that is written down from RFC 9162.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DraftRecord } from '../../../gateway/sealing/draft-record.js';
import { verifyCheckpoint } from '../../../ledger-sync/evidence/checkpoint.js';
import { buildInclusion, verifyInclusion } from '../../../ledger-sync/evidence/inclusion.js';
import { detailHash } from '../../../ledger-sync/evidence/jcs.js';
import { buildRangeProof, rootFromRange } from '../../../ledger-sync/evidence/range-proof.js';
import {
  decodeRecord,
  type EvidenceRecord,
  recordKinds,
  subjectOf,
} from '../../../ledger-sync/evidence/record.js';
import { CountingSigner } from '../counting-signer.js';
import { anyDraft, readings, requestOf } from '../drafts.js';
import { hex } from '../hex.js';
import { naiveLeafHash, naiveRoot } from '../naive-tree.js';
import { tempFolder } from '../temp-folder.js';
import { journalReaderOf, openTestLog, SIGNED_AT_MS, TestLog } from '../test-log.js';
import { thrownBy } from '../thrown.js';

const recordsOf = (log: TestLog): EvidenceRecord[] =>
  log.reader.leaves(0, 1e6).map((leaf) => decodeRecord(Uint8Array.from(leaf)));

describe('one group', () => {
  it('gets consecutive sequences and one signed checkpoint that verifies', () => {
    const signer = new CountingSigner();
    const log = openTestLog(signer);
    log.writer.seal(requestOf(readings(3)));
    expect(signer.signatures).toBe(1);
    const receipt = log.writer.seal(requestOf(readings(5, 3)));
    expect(receipt).toMatchObject({ firstSequence: 3, size: 8, batchSeq: undefined });
    expect(signer.signatures).toBe(2);
    expect(recordsOf(log).map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const checkpoint = log.reader.latestCheckpoint();
    expect(checkpoint).toMatchObject({ size: 8, timeMs: SIGNED_AT_MS, gateway: signer.address });
    expect(checkpoint && verifyCheckpoint(checkpoint)).toBe(true);
    expect(hex(checkpoint?.root)).toBe(hex(naiveRoot(log.reader.leaves(0, 8))));
    expect(hex(receipt.root)).toBe(hex(checkpoint?.root));
  });

  it('becomes leaves that decode to its drafts', () => {
    const log = openTestLog();
    const detail = { type: 'note', text: 'ß' };
    const draft: DraftRecord = {
      observedAtMs: 1_700_000_000_001,
      uptimeMs: 2,
      bootCount: 3,
      clockTrust: 1,
      kind: recordKinds.deviceCondition,
      subjectName: 'reader-1',
      isSalted: false,
      value: -6,
      quality: 7,
      shipmentName: undefined,
      detail,
    };
    log.writer.seal(requestOf([draft]));
    expect(recordsOf(log)).toEqual([
      {
        version: 1,
        gateway: log.signer.address,
        sequence: 0,
        observedAtMs: 1_700_000_000_001,
        bootCount: 3,
        uptimeMs: 2,
        clockTrust: 1,
        kind: recordKinds.deviceCondition,
        subject: subjectOf('reader-1'),
        value: -6,
        quality: 7,
        shipment: new Uint8Array(0),
        detail: Uint8Array.from(detailHash(detail)),
      },
    ]);
    expect(log.reader.detail(0)).toBe('{"text":"ß","type":"note"}');
  });

  it('without drafts signs nothing, but keeps judge states and cursors', () => {
    const signer = new CountingSigner();
    const log = openTestLog(signer);
    const judgeState = [
      ['a', '1'],
      ['a', '2'],
    ] as const;
    expect(log.writer.seal(requestOf([], { judgeState, cursors: [['mqtt:x', 9]] })).size).toBe(0);
    expect(signer.signatures).toBe(0);
    const journal = journalReaderOf(log);
    expect(journal.judgeStates()).toEqual(new Map([['a', '2']]));
    expect(journal.cursor('mqtt:x')).toBe(9);
  });

  it('never takes a cursor back', () => {
    const log = openTestLog();
    log.writer.seal(requestOf([], { cursors: [['mqtt:x', 9]] }));
    log.writer.seal(requestOf([], { cursors: [['mqtt:x', 4]] }));
    expect(journalReaderOf(log).cursor('mqtt:x')).toBe(9);
  });
});

describe('the tree', () => {
  interface Step {
    readonly count: number;
    readonly isReopened: boolean;
  }

  const MAX_RECORDS = 1500;
  const steps = fc.array(
    fc.record({
      count: fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 400 }), fc.constantFrom(256, 512, 1024)),
      isReopened: fc.boolean(),
    }),
    { maxLength: 12 },
  );

  function sealAll(log: TestLog, wanted: readonly Step[], pool: readonly DraftRecord[]): void {
    let sealed = 0;
    for (const { count, isReopened } of wanted) {
      const allowed = Math.min(count, MAX_RECORDS - sealed);
      const drafts = Array.from({ length: allowed }, (_unused, at) => pool[(sealed + at) % pool.length]);
      log.writer.seal(requestOf(drafts.filter((draft) => draft !== undefined)));
      sealed += allowed;
      if (isReopened) log.open();
    }
  }

  /** Every proof that the journal serves is checked against the root of the naive tree. */
  function checkProofs(log: TestLog, leaves: readonly Uint8Array[], root: Uint8Array, picks: number[]): void {
    const size = leaves.length;
    const hashes = leaves.map(naiveLeafHash);
    const edges = [0, 255, 256, 511, 512, 1023, 1024, size - 1].filter((index) => index < size);
    for (const index of [...edges, ...picks.map((pick) => pick % size)]) {
      const hash = hashes[index] ?? new Uint8Array(0);
      expect(verifyInclusion(index, size, hash, buildInclusion(index, size, log.reader), root)).toBe(true);
    }
    for (const [at, pick] of picks.entries()) {
      const ends = [pick % size, (picks[at + 1] ?? 0) % size].sort((a, b) => a - b);
      const [begin = 0, last = 0] = ends;
      const proof = buildRangeProof(begin, last + 1, size, log.reader);
      expect(hex(rootFromRange(begin, hashes.slice(begin, last + 1), size, proof))).toBe(hex(root));
    }
  }

  it('is that of RFC 9162 for any grouping and any restarts, and its tiles serve proofs that verify', () => {
    fc.assert(
      fc.property(
        steps,
        fc.array(anyDraft, { minLength: 1, maxLength: 40 }),
        fc.array(fc.nat(), { minLength: 4, maxLength: 4 }),
        (wanted, pool, picks) => {
          const log = new TestLog(tempFolder()).open();
          try {
            sealAll(log, wanted, pool);
            const leaves = log.reader.leaves(0, MAX_RECORDS + 1);
            const root = naiveRoot(leaves);
            expect(leaves.map((leaf) => decodeRecord(leaf).sequence)).toEqual([...leaves.keys()]);
            expect(hex(log.writer.root())).toBe(hex(root));
            if (leaves.length > 0) checkProofs(log, leaves, root, picks);
          } finally {
            log.close();
          }
        },
      ),
      { numRuns: 15, verbose: 1 },
    );
  });

  it('fills a tile of tiles at 65,536 records, and needs none of them for proofs', () => {
    const log = openTestLog();
    const size = 65_536 + 300;
    for (let at = 0; at < size; at += 1024) {
      log.writer.seal(requestOf(readings(Math.min(1024, size - at), at)));
    }
    const leaves = log.reader.leaves(0, size);
    const root = naiveRoot(leaves);
    expect(hex(log.writer.root())).toBe(hex(root));
    log.database.prepare('DELETE FROM records WHERE sequence < 65536').run();
    checkProofs(log, leaves, root, [40_000, 65_535, 65_536, 9]);
    expect(hex(log.open().writer.root())).toBe(hex(root));
  });
});

describe('a commit that fails', () => {
  const group = requestOf(
    readings(300, 20).map((draft) => ({ ...draft, shipmentName: 'SHIP-0001', isSalted: true })),
    { judgeState: [['excursion/a', 'x']], cursors: [['mqtt:x', 7]] },
  );

  function everythingIn(log: TestLog): unknown {
    const tables = log.database
      .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      .pluck()
      .all();
    return tables.map((table) => [table, log.database.prepare(`SELECT * FROM ${table}`).all()]);
  }

  it.each([
    ['at its first record', 20],
    ['at its last record', 319],
    ['just after it filled a tile', 256],
  ])('%s leaves nothing, and the same group goes in later', (_where, sequence) => {
    const log = openTestLog();
    log.writer.seal(requestOf(readings(20)));
    const before = everythingIn(log);
    log.database.exec(
      `CREATE TRIGGER refuse BEFORE INSERT ON records WHEN new.sequence = ${sequence}
       BEGIN SELECT RAISE(FAIL, 'the card refused'); END`,
    );
    for (let attempt = 0; attempt < 3; attempt++) {
      expect(thrownBy(() => log.writer.seal(group)).name).toBe('JournalError');
      expect(log.writer.size).toBe(20);
    }
    log.database.exec('DROP TRIGGER refuse');
    expect(everythingIn(log)).toEqual(before);
    expect(log.writer.seal(group)).toMatchObject({ firstSequence: 20, size: 320 });
    const leaves = log.reader.leaves(0, 400);
    expect(hex(log.writer.root())).toBe(hex(naiveRoot(leaves)));
    expect(hex(log.reader.node(8, 0))).toBe(hex(naiveRoot(leaves.slice(0, 256))));
    expect(journalReaderOf(log).shipments()).toMatchObject([{ first_sequence: 20, last_sequence: 319 }]);
    expect(hex(log.open().writer.root())).toBe(hex(naiveRoot(leaves)));
  });

  it('because the key does not sign leaves nothing either', () => {
    const signer = new CountingSigner();
    const log = openTestLog(signer);
    signer.isFailing = true;
    thrownBy(() => log.writer.seal(group));
    signer.isFailing = false;
    expect(recordsOf(log)).toEqual([]);
    expect(log.writer.seal(group).size).toBe(300);
    expect(hex(log.open().writer.root())).toBe(hex(naiveRoot(log.reader.leaves(0, 300))));
  });
});
