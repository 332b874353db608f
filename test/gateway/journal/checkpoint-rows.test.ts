// Checkpoints in two places: in the rows of their records, and in a table of their own. Whoever asks sees one row of sizes.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CheckpointRows } from '../../../gateway/journal/checkpoint-rows.js';
import { unpackMeta } from '../../../ledger-sync/evidence/batch.js';
import { draftWith, readings, requestOf } from '../drafts.js';
import { hex } from '../hex.js';
import { domain, orderOf } from '../ledger-domain.js';
import { journalReaderOf, openTestLog, type TestLog } from '../test-log.js';

const commit = fc.integer({ min: 1, max: 40 });

function seal(log: TestLog, counts: readonly number[]): number[] {
  return counts.map((count) => log.writer.seal(requestOf(readings(count))).size);
}

it('are found by size wherever they lie', () => {
  fc.assert(
    fc.property(
      fc.array(commit, { maxLength: 8 }),
      fc.array(commit, { maxLength: 8 }),
      fc.nat({ max: 340 }),
      fc.nat({ max: 340 }),
      (before, after, one, other) => {
        const log = openTestLog();
        const apart = seal(log, before);
        log.layCheckpointsApart();
        const sizes = [...apart, ...seal(log, after)];
        const rows = new CheckpointRows(log.database);
        const [above, upTo] = [Math.min(one, other), Math.max(one, other)];
        expect(rows.latest()?.size).toBe(sizes.at(-1));
        expect(rows.covering(one)?.size).toBe(sizes.find((size) => size > one));
        expect(rows.within(above, upTo)?.size).toBe(sizes.findLast((size) => size > above && size <= upTo));
        expect(rows.has(one)).toBe(sizes.includes(one));
        log.close();
      },
    ),
    { numRuns: 30 },
  );
});

const contract = domain.verifyingContract;
const warm = draftWith({ value: 9_990 });

/** What the header over all of it says, where the log was opened anew between its first commits and its last. */
function headerOver(between: (log: TestLog) => void): string {
  const log = openTestLog();
  log.writer.seal(requestOf([warm, ...readings(5, -3000)]));
  log.writer.seal(requestOf(readings(3, 4000)));
  between(log);
  log.writer.seal(requestOf(readings(2, 5000)));
  const size = log.writer.size;
  log.writer.seal(requestOf([], { batch: orderOf(1, new Uint8Array(28)) }));
  const meta = unpackMeta(journalReaderOf(log).batch(domain.chainId, contract, 1)?.meta ?? new Uint8Array());
  expect(meta).toMatchObject({ size, minCentiC: -300, maxCentiC: 999 });
  return JSON.stringify(meta);
}

it('a journal of the layout before goes on where it stands', () => {
  const untouched = headerOver(() => {});
  let roots: string[] = [];
  const laidBack = headerOver((log) => {
    const root = () => hex(log.reader.latestCheckpoint()?.root);
    roots = [root()];
    log.layBack().open();
    roots.push(root());
    expect(log.database.prepare('SELECT count(*) FROM checkpoints').pluck().get()).toBe(2);
  });
  expect(laidBack).toBe(untouched);
  expect(roots[1]).toBe(roots[0]);
});

const spoilt: readonly (readonly [what: string, sql: string])[] = [
  [
    'changed in a bit',
    "UPDATE records SET summary = CAST(x'01' || substr(summary, 2) AS BLOB) WHERE sequence = 8",
  ],
  ['cut short', 'UPDATE records SET summary = substr(summary, 1, 19) WHERE sequence = 8'],
  [
    'that of another commit',
    'UPDATE records SET summary = (SELECT summary FROM records WHERE sequence = 5) WHERE sequence = 8',
  ],
  ['no bytes', 'UPDATE records SET summary = 7 WHERE sequence = 8'],
  ['gone, and all others with it', 'UPDATE records SET summary = NULL'],
];

it.each(spoilt)('a summary that is %s is made again from the leaves', (_what, sql) => {
  expect(
    headerOver((log) => {
      log.damage(sql);
      log.open();
    }),
  ).toBe(headerOver(() => {}));
});

it('a summary is made again from the newest header on, not from before it', () => {
  const log = openTestLog();
  log.writer.seal(requestOf([warm], { batch: orderOf(1, new Uint8Array(28)) }));
  log.writer.seal(requestOf(readings(4, 2000)));
  log.damage('UPDATE records SET summary = NULL');
  log.open().writer.seal(requestOf([], { batch: orderOf(2, new Uint8Array(28)) }));
  const meta = unpackMeta(journalReaderOf(log).batch(domain.chainId, contract, 2)?.meta ?? new Uint8Array());
  expect(meta).toMatchObject({ minCentiC: 200, maxCentiC: 201 });
});
