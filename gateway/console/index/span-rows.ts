// Spans as rows of the index: read as arrays, which is twice as fast as objects, and written whole.

import type { Statement } from 'better-sqlite3';
import type { IndexConnection } from './index-database.js';
import type { Span } from './span.js';

type Row = (number | null)[];

const columns =
  'min, min_ms, max, max_ms, first, first_ms, last, last_ms, sum, squares, kinetic, numbers, good, bad, worst, first_sequence, last_sequence';

/** A span with its place. */
export interface PlacedSpan {
  readonly startMs: number;
  readonly sensor: number;
  readonly span: Span;
}

const number = (value: number | null | undefined) => value ?? 0;

function spanFrom(row: Row, at: number): Span {
  return {
    min: row[at] ?? null,
    minMs: number(row[at + 1]),
    max: row[at + 2] ?? null,
    maxMs: number(row[at + 3]),
    first: row[at + 4] ?? null,
    firstMs: number(row[at + 5]),
    last: row[at + 6] ?? null,
    lastMs: number(row[at + 7]),
    sum: number(row[at + 8]),
    squares: number(row[at + 9]),
    kinetic: number(row[at + 10]),
    numbers: number(row[at + 11]),
    good: number(row[at + 12]),
    bad: number(row[at + 13]),
    worst: number(row[at + 14]),
    firstSequence: number(row[at + 15]),
    lastSequence: number(row[at + 16]),
  };
}

export class SpanRows {
  readonly #one: Statement<[number, number, number], Row>;
  readonly #between: Statement<[number, number, number, string], Row>;
  readonly #put: Statement<Row>;

  constructor(database: IndexConnection) {
    this.#one = database
      .prepare<[number, number, number], Row>(
        `SELECT ${columns} FROM spans WHERE level = ? AND start_ms = ? AND sensor = ?`,
      )
      .raw();
    this.#between = database
      .prepare<[number, number, number, string], Row>(
        `SELECT start_ms, sensor, ${columns} FROM spans WHERE level = ? AND start_ms >= ? AND start_ms < ?
         AND sensor IN (SELECT value FROM json_each(?)) ORDER BY start_ms`,
      )
      .raw();
    const marks = Array(20).fill('?').join(', ');
    this.#put = database.prepare(
      `INSERT OR REPLACE INTO spans (level, start_ms, sensor, ${columns}) VALUES (${marks})`,
    );
  }

  get(level: number, startMs: number, sensor: number): Span | undefined {
    const row = this.#one.get(level, startMs, sensor);
    return row && spanFrom(row, 0);
  }

  /** Spans of the sensors that begin in [fromMs, toMs), in order. */
  between(level: number, fromMs: number, toMs: number, sensors: readonly number[]): PlacedSpan[] {
    return this.#between.all(level, fromMs, toMs, JSON.stringify(sensors)).map((row) => ({
      startMs: number(row[0]),
      sensor: number(row[1]),
      span: spanFrom(row, 2),
    }));
  }

  put(level: number, startMs: number, sensor: number, span: Span): void {
    const { min, minMs, max, maxMs, first, firstMs, last, lastMs, sum, squares, kinetic } = span;
    const { numbers, good, bad, worst, firstSequence, lastSequence } = span;
    this.#put.run(
      ...[level, startMs, sensor, min, minMs, max, maxMs, first, firstMs, last, lastMs],
      ...[sum, squares, kinetic, numbers, good, bad, worst, firstSequence, lastSequence],
    );
  }
}
