// What a signed batch header says of the leaves that it adds, over commits, failures and restarts.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headerOf } from '../../../gateway/journal/anchor-rows.js';
import type { DraftRecord } from '../../../gateway/sealing/draft-record.js';
import {
  type BatchMeta,
  batchFlags,
  genesisHead,
  headOf,
  unpackMeta,
  verifyBatch,
} from '../../../ledger-sync/evidence/batch.js';
import { qualityCodes, recordKinds } from '../../../ledger-sync/evidence/record.js';
import { CountingSigner } from '../counting-signer.js';
import { anyDraft, draftWith, readings, requestOf } from '../drafts.js';
import { hex } from '../hex.js';
import { domain, orderOf } from '../ledger-domain.js';
import { tempFolder } from '../temp-folder.js';
import { journalReaderOf, openTestLog, TestLog } from '../test-log.js';
import { thrownBy } from '../thrown.js';

const { chainId, verifyingContract } = domain;
const genesis = genesisHead(new CountingSigner().address);

function storedBatch(log: TestLog, seq: number) {
  const row = journalReaderOf(log).batch(chainId, verifyingContract, seq);
  if (!row) throw new Error(`no header ${seq}`);
  return row;
}

const metaOf = (log: TestLog, seq: number): BatchMeta => unpackMeta(storedBatch(log, seq).meta);

describe('a batch header', () => {
  it('is signed for its domain, over the whole log, on top of the head that was ordered', () => {
    const log = openTestLog();
    log.writer.seal(requestOf(readings(3)));
    const receipt = log.writer.seal(requestOf(readings(2), { batch: orderOf(1, genesis) }));
    expect(receipt.batchSeq).toBe(1);
    const first = storedBatch(log, 1);
    const header = headerOf(first, log.signer.address);
    expect(verifyBatch(domain, { ...header, signature: first.signature })).toBe(true);
    expect(hex(first.head)).toBe(hex(headOf(header)));
    expect(hex(first.prev)).toBe(hex(genesis));
    expect(hex(first.root)).toBe(hex(log.writer.root()));
    expect(header.meta).toMatchObject({ seq: 1, size: 5 });
    log.writer.seal(requestOf(readings(1), { batch: orderOf(2, first.head) }));
    expect(hex(storedBatch(log, 2).prev)).toBe(hex(first.head));
  });

  it('is never signed twice for one seq', () => {
    const signer = new CountingSigner();
    const log = openTestLog(signer);
    log.writer.seal(requestOf(readings(1), { batch: orderOf(1, genesis) }));
    const first = storedBatch(log, 1);
    const signatures = signer.signatures;
    const other = new Uint8Array(28).fill(9);
    expect(log.writer.seal(requestOf([], { batch: orderOf(1, other) })).batchSeq).toBeUndefined();
    expect(signer.signatures).toBe(signatures);
    log.open();
    const receipt = log.writer.seal(requestOf(readings(4), { batch: orderOf(1, other) }));
    expect(receipt).toMatchObject({ size: 5, batchSeq: undefined });
    expect(signer.signatures).toBe(signatures + 1);
    expect(storedBatch(log, 1)).toEqual(first);
  });

  it('that a card has lost is not signed a second time', () => {
    const log = openTestLog();
    const order = orderOf(1, genesis);
    expect(log.writer.seal(requestOf(readings(1), { batch: order })).batchSeq).toBe(1);
    log.database.exec('DELETE FROM batches');
    expect(log.writer.seal(requestOf(readings(1), { batch: order })).batchSeq).toBeUndefined();
  });

  it('whose commit failed is cut again with what came since, and counts each leaf once', () => {
    const log = openTestLog();
    log.database.exec("CREATE TRIGGER refuse BEFORE INSERT ON batches BEGIN SELECT RAISE(ABORT, 'no'); END");
    thrownBy(() => log.writer.seal(requestOf(readings(2, 5_000), { batch: orderOf(1, genesis) })));
    log.database.exec('DROP TRIGGER refuse');
    log.writer.seal(requestOf(readings(2, 7_000), { batch: orderOf(1, genesis) }));
    expect(metaOf(log, 1)).toMatchObject({ size: 2, minCentiC: 700, maxCentiC: 701 });
  });

  it('without new leaves is a heartbeat', () => {
    const log = openTestLog();
    log.writer.seal(requestOf(readings(2), { batch: orderOf(1, genesis) }));
    log.writer.seal(requestOf([], { batch: orderOf(2, storedBatch(log, 1).head) }));
    expect(metaOf(log, 1).flags & batchFlags.heartbeat).toBe(0);
    expect(metaOf(log, 2)).toEqual({
      seq: 2,
      size: 2,
      tFirstMs: 0,
      tLastMs: 0,
      minCentiC: 32_767,
      maxCentiC: -32_768,
      flags: batchFlags.heartbeat,
    });
  });

  it('keeps the flags that were ordered', () => {
    const log = openTestLog();
    log.writer.seal(requestOf(readings(2), { batch: orderOf(1, genesis, batchFlags.gap) }));
    expect(metaOf(log, 1).flags).toBe(batchFlags.gap);
  });
});

describe('what a header says of its leaves', () => {
  function metaOfDrafts(drafts: readonly DraftRecord[]): BatchMeta {
    const log = openTestLog();
    log.writer.seal(requestOf(drafts, { batch: orderOf(1, genesis) }));
    return metaOf(log, 1);
  }

  const rounding: readonly (readonly [milliC: number, min: number, max: number])[] = [
    [4_320, 432, 432],
    [4_321, 432, 433],
    [4_329, 432, 433],
    [-4_321, -433, -432],
    [-4_320, -432, -432],
    [-1, -1, 0],
    [0, 0, 0],
    [400_000, 32_767, 32_767],
    [-400_000, -32_768, -32_768],
  ];
  it.each(rounding)('%i milli-degC is rounded outwards to %i and %i', (value, minCentiC, maxCentiC) => {
    // Not toMatchObject: -0 and 0 are one number in the header.
    const meta = metaOfDrafts([draftWith({ value })]);
    expect([meta.minCentiC, meta.maxCentiC].map(String)).toEqual([minCentiC, maxCentiC].map(String));
  });

  it.each(Object.entries(qualityCodes).filter(([name]) => name !== 'good'))(
    'a temperature that is %s is neither its minimum nor its maximum',
    (_name, quality) => {
      const meta = metaOfDrafts([draftWith({ quality, value: -90_000 }), draftWith({ value: 5_000 })]);
      expect(meta).toMatchObject({ minCentiC: 500, maxCentiC: 500 });
    },
  );

  it('a number that is no temperature is left out', () => {
    const humidity = draftWith({ kind: recordKinds.humidity, value: 90_000 });
    expect(metaOfDrafts([humidity])).toMatchObject({ minCentiC: 32_767, maxCentiC: -32_768 });
  });

  const flagged: readonly (readonly [what: string, fields: Partial<DraftRecord>, flags: number])[] = [
    ['a good reading', {}, 0],
    ['an excursion', { kind: recordKinds.excursion }, batchFlags.excursion],
    ['a data loss', { kind: recordKinds.dataLoss }, batchFlags.gap],
    ['a stale reading', { quality: qualityCodes.stale }, batchFlags.gap],
    ['a clock event', { kind: recordKinds.clockEvent }, batchFlags.clockStep],
    ['a device condition', { kind: recordKinds.deviceCondition }, 0],
  ];
  it.each(flagged)('%s sets its flag', (_what, fields, flags) => {
    expect(metaOfDrafts([draftWith(), draftWith(fields), draftWith()]).flags).toBe(flags);
  });

  it('names the least and the greatest time, also when the clock stepped back', () => {
    const drafts = [5_000, 9_000, 2_000, 3_000].map((observedAtMs) => draftWith({ observedAtMs }));
    expect(metaOfDrafts(drafts)).toMatchObject({ tFirstMs: 2_000, tLastMs: 9_000 });
  });

  it('counts a record of a clock that still stands at 1970', () => {
    const atEpoch = draftWith({ observedAtMs: 0, value: 5_000 });
    expect(metaOfDrafts([atEpoch])).toMatchObject({ tFirstMs: 0, tLastMs: 0, minCentiC: 500, flags: 0 });
    expect(metaOfDrafts([atEpoch, draftWith()])).toMatchObject({ tFirstMs: 0 });
  });

  it('is said of exactly the leaves since the header before, over any commits and restarts', () => {
    const step = fc.record({
      drafts: fc.array(anyDraft, { maxLength: 5 }),
      isCut: fc.boolean(),
      isReopened: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const log = new TestLog(tempFolder()).open();
        try {
          let since: DraftRecord[] = [];
          let prev = genesis;
          let seq = 0;
          for (const { drafts, isCut, isReopened } of steps) {
            const batch = isCut ? orderOf(seq + 1, prev) : undefined;
            log.writer.seal(requestOf(drafts, { batch }));
            since.push(...drafts);
            if (isCut) {
              seq += 1;
              const row = log.database
                .prepare<[number], { head: Uint8Array; meta: Uint8Array }>(
                  'SELECT * FROM batches WHERE seq = ?',
                )
                .get(seq);
              expect(row && unpackMeta(row.meta)).toEqual(expectedMeta(seq, log.writer.size, since));
              prev = row?.head ?? prev;
              since = [];
            }
            if (isReopened) log.open();
          }
        } finally {
          log.close();
        }
      }),
      { numRuns: 25, verbose: 1 },
    );
  });
});

/** The header's word for a run of drafts, from the protocol's text. */
function expectedMeta(seq: number, size: number, drafts: readonly DraftRecord[]): BatchMeta {
  const times = drafts.map(({ observedAtMs }) => observedAtMs);
  const good = drafts.filter(({ kind, quality }) => kind === recordKinds.temperature && quality === 0);
  const held = (value: number) => Math.max(-32_768, Math.min(32_767, value)) + 0;
  const has = (kind: number) => drafts.some((draft) => draft.kind === kind);
  const ownFlag: readonly number[] = [recordKinds.excursion, recordKinds.dataLoss, recordKinds.clockEvent];
  const isStale = drafts.some(
    ({ kind, quality }) => quality === qualityCodes.stale && !ownFlag.includes(kind),
  );
  return {
    seq,
    size,
    tFirstMs: times.length === 0 ? 0 : Math.min(...times),
    tLastMs: times.length === 0 ? 0 : Math.max(...times),
    minCentiC: Math.min(32_767, ...good.map(({ value }) => held(Math.floor(value / 10)))),
    maxCentiC: Math.max(-32_768, ...good.map(({ value }) => held(Math.ceil(value / 10)))),
    flags:
      (has(recordKinds.excursion) ? batchFlags.excursion : 0) |
      (has(recordKinds.dataLoss) || isStale ? batchFlags.gap : 0) |
      (has(recordKinds.clockEvent) ? batchFlags.clockStep : 0) |
      (drafts.length === 0 ? batchFlags.heartbeat : 0),
  };
}
