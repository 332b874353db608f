// Pages of the log for publishing: gapless, and never made over one changed bit.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LogPage, LogPager } from '../../../gateway/publish/log-page.js';
import { verifyCheckpoint } from '../../../ledger-sync/evidence/checkpoint.js';
import { decodeRecord } from '../../../ledger-sync/evidence/record.js';
import { readings, requestOf } from '../drafts.js';
import { hex } from '../hex.js';
import { naiveRoot } from '../naive-tree.js';
import { openTestLog, type TestLog } from '../test-log.js';
import { thrownBy } from '../thrown.js';

function logOf(groups: readonly number[]): TestLog {
  const log = openTestLog();
  for (const count of groups) log.writer.seal(requestOf(readings(count)));
  return log;
}

function pagesFrom(log: TestLog, from: number): LogPage[] {
  const pager = new LogPager(log.reader, from);
  const pages: LogPage[] = [];
  for (let page = pager.next(); page; page = pager.next()) pages.push(page);
  expect(pager.position).toBe(pages.at(-1)?.checkpoint.size ?? from);
  return pages;
}

describe('the pages of a log', () => {
  it('join without a gap, end at signed checkpoints, and hold as many commits as fit', () => {
    const log = logOf([1, 700, 300, 500, 1500, 3]);
    const pages = pagesFrom(log, 0);
    expect(pages.map(({ firstSequence, checkpoint }) => [firstSequence, checkpoint.size])).toEqual([
      [0, 1001],
      [1001, 1501],
      [1501, 3001],
      [3001, 3004],
    ]);
    const leaves = pages.flatMap((page) => page.leaves);
    for (const { checkpoint } of pages) {
      expect(verifyCheckpoint(checkpoint)).toBe(true);
      expect(hex(checkpoint.root)).toBe(hex(naiveRoot(leaves.slice(0, checkpoint.size))));
    }
    expect(leaves.map((leaf) => decodeRecord(leaf).sequence)).toEqual([...leaves.keys()]);
  });

  it('begin at any cursor, also inside a commit', () => {
    const log = logOf([10, 300, 10]);
    for (const from of [0, 5, 10, 256, 309, 319]) {
      const pages = pagesFrom(log, from);
      expect(pages[0]?.firstSequence).toBe(from);
      expect(pages.at(-1)?.checkpoint.size).toBe(320);
    }
    expect(pagesFrom(log, 320)).toEqual([]);
  });

  it('go on when more was sealed', () => {
    const log = logOf([3]);
    const pager = new LogPager(log.reader, 0);
    pager.next();
    expect(pager.next()).toBeUndefined();
    log.writer.seal(requestOf(readings(2)));
    expect(pager.next()).toMatchObject({ firstSequence: 3, checkpoint: { size: 5 } });
  });
});

describe('a page', () => {
  /** Where a bit can flip; the last two are what the pages of this log are checked with. */
  const places = {
    leaf: { table: 'records', column: 'leaf', key: 'sequence' },
    root: { table: 'records', column: 'root', key: 'sequence + 1' },
    signature: { table: 'records', column: 'signature', key: 'sequence + 1' },
  } as const;

  /** Runs `look` with one bit flipped, and leaves the journal as it was. */
  function withFlip(
    log: TestLog,
    place: keyof typeof places,
    key: number,
    bit: number,
    look: () => void,
  ): void {
    const { table, column, key: keyColumn } = places[place];
    const bytes = log.database
      .prepare<[number], Buffer>(`SELECT ${column} FROM ${table} WHERE ${keyColumn} = ?`)
      .pluck()
      .get(key);
    if (!bytes) throw new Error(`no ${place} ${key}`);
    const at = Math.floor(bit / 8) % bytes.length;
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit % 8));
    log.database.exec('BEGIN');
    try {
      log.database.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${keyColumn} = ?`).run(bytes, key);
      look();
    } finally {
      log.database.exec('ROLLBACK');
    }
  }

  it('is not made of anything with one flipped bit in a leaf, a root or a signature', () => {
    const log = logOf([700, 600, 30]);
    const flip = fc.oneof(
      fc.record({
        place: fc.constant('leaf' as const),
        key: fc.nat({ max: 1329 }),
        bit: fc.nat({ max: 1023 }),
      }),
      fc.record({
        place: fc.constantFrom('root' as const, 'signature' as const),
        key: fc.constantFrom(700, 1330),
        bit: fc.nat({ max: 511 }),
      }),
    );
    fc.assert(
      fc.property(flip, ({ place, key, bit }) => {
        withFlip(log, place, key, bit, () => {
          const pager = new LogPager(log.reader, 0);
          const isFirstPage = key < 700 || (place !== 'leaf' && key === 700);
          if (!isFirstPage) expect(pager.next()?.checkpoint.size).toBe(700);
          const before = pager.position;
          const fault = thrownBy(() => pager.next());
          expect(fault).toMatchObject({ name: 'JournalError', code: 'JOURNAL_DAMAGED' });
          expect(fault.message).toContain(`records ${before} to`);
          expect(pager.position).toBe(before);
        });
      }),
      { numRuns: 150, verbose: 1 },
    );
    expect(pagesFrom(log, 0).length).toBe(2);
  });

  const damages: readonly (readonly [what: string, sql: string])[] = [
    ['the time of its checkpoint', 'UPDATE records SET time_ms = time_ms + 1 WHERE sequence = 319'],
    ['the sign of that time', 'UPDATE records SET time_ms = -time_ms WHERE sequence = 319'],
    ['the size of its checkpoint', 'UPDATE records SET sequence = 320 WHERE sequence = 319'],
    [
      'the size of one in a table of its own',
      `INSERT INTO checkpoints SELECT 321, root, time_ms, signature, summary FROM records WHERE sequence = 319;
       UPDATE records SET root = NULL WHERE sequence = 319`,
    ],
    ['a root cut short', 'UPDATE records SET root = substr(root, 1, 31) WHERE sequence = 319'],
    ['a record that is gone', 'DELETE FROM records WHERE sequence = 318'],
    [
      'a record that was put in',
      `INSERT INTO records (sequence, leaf, root, time_ms, signature)
         SELECT 320, before.leaf, last.root, last.time_ms, last.signature FROM records AS before, records AS last
         WHERE before.sequence = 0 AND last.sequence = 319;
       UPDATE records SET root = NULL WHERE sequence = 319`,
    ],
    ['the tile before it', "UPDATE tiles SET hashes = CAST(x'00' || substr(hashes, 2) AS BLOB)"],
    ['the tile before it cut short', 'UPDATE tiles SET hashes = substr(hashes, 1, 8191)'],
    ['a tile that is no longer bytes', 'UPDATE tiles SET hashes = CAST(hashes AS TEXT)'],
    ['a leaf that is no longer bytes', 'UPDATE records SET leaf = 5 WHERE sequence = 315'],
    ['a lost tile over lost records', 'DELETE FROM tiles; DELETE FROM records WHERE sequence = 7'],
  ];
  it.each(damages)('is not made over damage: %s', (_what, sql) => {
    const log = logOf([310, 10]);
    log.database.exec(sql);
    const fault = thrownBy(() => new LogPager(log.reader, 310).next());
    expect(fault).toMatchObject({ name: 'JournalError', code: 'JOURNAL_DAMAGED' });
  });
});
