// Which spans of the log are no longer whole, because records in them were deleted by rule, or lost with a damaged journal.
// Everybody who reads the log asks here before taking an absent record for damage. Each span stands in a signed record of the
// log (kind 13, `retention` or `journal-recovered`); this table only finds it quickly, and is checked against those records by `coldgate audit`.

import type { JournalDatabase } from './database.js';
import { checkIn } from './row-check.js';

/** Step of the layout. `swept`: rows before it are gone from the file. */
export const PRUNED_LAYOUT = `
  CREATE TABLE IF NOT EXISTS pruned (
    class INTEGER NOT NULL,
    first INTEGER NOT NULL,
    beyond INTEGER NOT NULL,
    swept INTEGER NOT NULL,
    PRIMARY KEY (class, first)
  ) WITHOUT ROWID;
`;

/** What is deleted of a span: its readings first, much later its events as well. What was lost stands under all three. */
export const prunedClasses = { readings: 1, events: 2, lost: 3 } as const;
export type PrunedClass = Exclude<keyof typeof prunedClasses, 'lost'>;
type SpanClass = keyof typeof prunedClasses;

/** Sequences from `first` to before `beyond`. */
export interface Span {
  readonly first: number;
  readonly beyond: number;
}

/** A row that is not what was written tells of no span: absent records then are damage, and that is told. */
const isSound = `checksum IS ${checkIn('pruned')}`;

export class PrunedSpans {
  readonly #at;
  readonly #from;
  readonly #all;
  readonly #unswept;

  constructor(database: JournalDatabase) {
    this.#at = database.prepare<[number, number], Span>(
      `SELECT first, beyond FROM pruned WHERE class = ? AND first <= ? AND ${isSound} ORDER BY first DESC LIMIT 1`,
    );
    this.#from = database
      .prepare<[number, number], number>(
        `SELECT first FROM pruned WHERE class = ? AND first >= ? AND ${isSound} ORDER BY first LIMIT 1`,
      )
      .pluck();
    this.#all = database.prepare<[number], Span>(
      `SELECT first, beyond FROM pruned WHERE class = ? AND ${isSound} ORDER BY first`,
    );
    this.#unswept = database.prepare<[]>(
      `SELECT 1 FROM pruned WHERE swept < beyond AND ${isSound} UNION ALL SELECT 1 FROM erasures LIMIT 1`,
    );
  }

  /** Whether all rows of these spans, and all that is erased of shipments, are out of the file. */
  isSwept(): boolean {
    return this.#unswept.get() === undefined;
  }

  /** The span in which a sequence lies, with its neighbours behind it as one; undefined where the log is whole. */
  at(sequence: number, of: SpanClass = 'readings'): Span | undefined {
    const span = this.#at.get(prunedClasses[of], sequence);
    if (!span || span.beyond <= sequence) return undefined;
    let { beyond } = span;
    for (let next = this.#at.get(prunedClasses[of], beyond); next && next.beyond > beyond; ) {
      beyond = next.beyond;
      next = this.#at.get(prunedClasses[of], beyond);
    }
    return { first: span.first, beyond };
  }

  /** Where the next span begins, from `sequence` on. */
  nextFirst(sequence: number, of: PrunedClass = 'readings'): number | undefined {
    return this.#from.get(prunedClasses[of], sequence);
  }

  all(of: SpanClass = 'readings'): Span[] {
    return this.#all.all(prunedClasses[of]);
  }
}
