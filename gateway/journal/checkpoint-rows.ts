// Signed checkpoints, one per commit. Each lies in the row of the last record of its commit, whose page is written anyway; in a
// table of their own are those without such a row: the ends of a span whose records were deleted, those that a recovery has made,
// and all of journals that were begun before this layout.

import type { Database, Statement } from 'better-sqlite3';
import { checkedSummary, decodeSummary, SUMMARY_BYTES } from './batch-summary.js';
import type { JournalDatabase } from './database.js';

const LAYOUT = `
  ALTER TABLE records ADD COLUMN root BLOB;
  ALTER TABLE records ADD COLUMN time_ms INTEGER;
  ALTER TABLE records ADD COLUMN signature BLOB;
  ALTER TABLE records ADD COLUMN summary BLOB;
`;

/** Step of the layout. What is there stays where it is: moving it would write the whole file anew. */
export function layCheckpointsBesideRecords(database: Database): void {
  database.exec(LAYOUT);
  const newest = database
    .prepare<[], CheckpointRow>('SELECT * FROM checkpoints ORDER BY size DESC LIMIT 1')
    .get();
  // Without a check it would have to be made from all leaves behind the last header.
  if (newest?.summary.length !== SUMMARY_BYTES) return;
  const summary = checkedSummary(newest.size, decodeSummary(newest.summary));
  database.prepare('UPDATE checkpoints SET summary = ? WHERE size = ?').run(summary, newest.size);
}

export interface CheckpointRow {
  readonly size: number;
  readonly root: Uint8Array;
  readonly time_ms: number;
  readonly signature: Uint8Array;
  /** `checkedSummary`. */
  readonly summary: Uint8Array;
}

const columns = 'root, time_ms, signature, summary';
const MAX = Number.MAX_SAFE_INTEGER;

type Range = Statement<[from: number, beyond: number], CheckpointRow>;

export class CheckpointRows {
  readonly #firstApart: Range;
  readonly #lastApart: Range;
  readonly #firstBeside: Range | undefined;
  readonly #lastBeside: Range | undefined;

  /** @param database also of an earlier layout, as it was found damaged */
  constructor(database: JournalDatabase) {
    const apart = `SELECT size, ${columns} FROM checkpoints WHERE size >= ? AND size < ? ORDER BY size`;
    this.#firstApart = database.prepare(`${apart} LIMIT 1`);
    this.#lastApart = database.prepare(`${apart} DESC LIMIT 1`);
    const known = database.pragma('table_info(records)') as { name: string }[];
    if (!known.some(({ name }) => name === 'root')) return;
    const beside = `SELECT sequence + 1 AS size, ${columns} FROM records
      WHERE sequence >= ? - 1 AND sequence < ? - 1 AND root IS NOT NULL ORDER BY sequence`;
    this.#firstBeside = database.prepare(`${beside} LIMIT 1`);
    this.#lastBeside = database.prepare(`${beside} DESC LIMIT 1`);
  }

  /** The newest checkpoint; undefined while the log is empty. */
  latest(): CheckpointRow | undefined {
    return this.within(0, MAX - 1);
  }

  /** The first checkpoint that covers the record at `sequence`. */
  covering(sequence: number): CheckpointRow | undefined {
    const apart = this.#firstApart.get(sequence + 1, MAX);
    return this.#firstBeside?.get(sequence + 1, apart?.size ?? MAX) ?? apart;
  }

  /** The newest checkpoint of a size in (`above`, `upTo`]. Looks past the records of one commit at most. */
  within(above: number, upTo: number): CheckpointRow | undefined {
    const apart = this.#lastApart.get(above + 1, upTo + 1);
    return this.#lastBeside?.get((apart?.size ?? above) + 1, upTo + 1) ?? apart;
  }

  /** Whether there is one of just that size. */
  has(size: number): boolean {
    return this.within(size - 1, size) !== undefined;
  }
}
