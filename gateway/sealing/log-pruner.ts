// Deletes records by order. What is ordered is noted in the commit of the signed record that says so, and readers skip it from
// then on; the rows go later, so many at a time, with the commits of others. So a crash at any moment leaves a log that
// says of each record that it is there, or that it was deleted by rule, and the next start goes on deleting.
// Tiles stay: whatever is kept can be proven as before.

import { CheckpointRows } from '../journal/checkpoint-rows.js';
import type { JournalDatabase } from '../journal/database.js';
import { type PrunedClass, PrunedSpans, prunedClasses, type Span } from '../journal/pruned-spans.js';
import { classOfLeaf } from '../journal/record-class.js';
import { checkIn, insertInto } from '../journal/row-check.js';
import { TILE_WIDTH } from '../journal/tile.js';

/** What to delete of a span of whole commits. */
export interface PruneOrder extends Span {
  readonly of: PrunedClass;
}

interface Row extends Span {
  readonly class: number;
  readonly swept: number;
}

export class LogPruner {
  readonly #spans: PrunedSpans;
  readonly #checkpoints: CheckpointRows;
  readonly #statements;

  constructor(database: JournalDatabase) {
    this.#spans = new PrunedSpans(database);
    this.#checkpoints = new CheckpointRows(database);
    this.#statements = prepareStatements(database);
  }

  /**
   * Notes a span; inside the transaction of the record that tells it. Readings go in whole commits, events where readings went.
   * @param size records in the log before that transaction
   * @returns false, and nothing is noted, if it is no such span under full tiles, or was deleted before
   */
  mark({ of, first, beyond }: PruneOrder, size: number): boolean {
    const number = prunedClasses[of];
    const { overlap, extend, insert } = this.#statements;
    const isUnderTiles = first < beyond && beyond <= size - (size % TILE_WIDTH);
    const mayGo = of === 'readings' ? this.#isWhole(first, beyond) : this.#areReadingsGone(first, beyond);
    if (!isUnderTiles || !mayGo || overlap.get(number, beyond, first)) return false;
    if (extend.run(beyond, beyond, number, first).changes === 0) insert.run(number, first, beyond, first);
    return true;
  }

  #isWhole(first: number, beyond: number): boolean {
    return [first, beyond].every((at) => at === 0 || this.#checkpoints.has(at));
  }

  #areReadingsGone(first: number, beyond: number): boolean {
    return (this.#spans.at(first)?.beyond ?? 0) >= beyond;
  }

  /**
   * Deletes rows of what was noted, the oldest first; inside a transaction.
   * @param records sequences to pass at most
   * @returns whether there is more to delete
   */
  sweep(records: number): boolean {
    const row = this.#statements.unswept.get();
    if (!row) return false;
    const { readings, events, alerts, apart, inside, insideApart, swept } = this.#statements;
    const from = row.swept;
    const to = Math.min(row.beyond, from + records);
    if (row.class === prunedClasses.readings) {
      // Nobody's page begins or ends inside; the two ends stay.
      inside.run(from, to, row.beyond);
      insideApart.run(row.first, from, to);
      apart.run(from, to);
      readings.run(from, to);
    } else {
      apart.run(from, to);
      events.run(from, to);
      alerts.run(from, to);
    }
    swept.run(to, to, row.class, row.first);
    return to < row.beyond || this.#statements.unswept.get() !== undefined;
  }
}

function prepareStatements(database: JournalDatabase) {
  database.function('class_of_leaf', { deterministic: true, directOnly: true }, classOfLeaf);
  const within = 'sequence >= ? AND sequence < ?';
  return {
    overlap: database.prepare<[number, number, number]>(
      'SELECT 1 FROM pruned WHERE class = ? AND first < ? AND beyond > ?',
    ),
    extend: database.prepare<[number, number, number, number]>(
      `UPDATE pruned SET beyond = ?, checksum = row_check(class, first, ?, swept)
       WHERE class = ? AND beyond = ? AND checksum IS ${checkIn('pruned')}`,
    ),
    insert: database.prepare<[number, number, number, number]>(insertInto('pruned')),
    unswept: database.prepare<[], Row>(
      `SELECT class, first, beyond, swept FROM pruned
       WHERE swept < beyond AND checksum IS ${checkIn('pruned')} ORDER BY class, first LIMIT 1`,
    ),
    swept: database.prepare<[number, number, number, number]>(
      'UPDATE pruned SET swept = ?, checksum = row_check(class, first, beyond, ?) WHERE class = ? AND first = ?',
    ),
    readings: database.prepare<[number, number]>(
      `DELETE FROM records WHERE ${within} AND class_of_leaf(leaf) = 'readings'`,
    ),
    events: database.prepare<[number, number]>(
      `DELETE FROM records WHERE ${within} AND class_of_leaf(leaf) IN ('readings', 'events')`,
    ),
    alerts: database.prepare<[number, number]>(`DELETE FROM alert_records WHERE ${within}`),
    apart: database.prepare<[number, number]>(
      `INSERT OR IGNORE INTO checkpoints (size, root, time_ms, signature, summary)
       SELECT sequence + 1, root, time_ms, signature, summary FROM records WHERE ${within} AND root IS NOT NULL`,
    ),
    inside: database.prepare<[number, number, number]>(
      `UPDATE records SET root = NULL, time_ms = NULL, signature = NULL, summary = NULL
       WHERE ${within} AND root IS NOT NULL AND sequence <> ? - 1`,
    ),
    insideApart: database.prepare<[number, number, number]>(
      'DELETE FROM checkpoints WHERE size > ? AND size >= ? AND size < ?',
    ),
  };
}
