// What is kept of a watch beside the log, and under which keys. `told`: with each telling. `fold`: now and then, since
// the log itself holds what came after it. `past`: a fold a day, to judge again from when a reading comes late.
// `late`: from where judging again is due, until it is done. Pure.

import type { StateRow } from '../sealing/draft-record.js';
import type { FoldState } from './probe-fold.js';
import type { TellState } from './probe-watch.js';
import { type WatchTerms, watchKey } from './watch-terms.js';

/** A fold, and the sequence of the first record that is not in it. */
export interface Snapshot {
  readonly position: number;
  readonly fold: FoldState;
}

const dayMs = 86_400_000;
/** Days. A backlog that is older is recorded, but no longer judged. */
const maxPast = 8;

export class WatchShelf {
  readonly #key: string;
  #past: readonly Snapshot[];
  #fold: Snapshot;
  /** Where what came late begins, on the judges' axis. */
  #lateFromMs: number | undefined;
  readonly told: TellState | undefined;

  /** @param position of the first record that the watch can see, if nothing is stored of it */
  constructor(terms: WatchTerms, stored: ReadonlyMap<string, string>, empty: Snapshot) {
    this.#key = watchKey(terms);
    const read = <Stored>(part: string): Stored | undefined => {
      const text = stored.get(`${part}/${this.#key}`);
      return text === undefined ? undefined : (JSON.parse(text) as Stored);
    };
    this.told = read<TellState>('told');
    this.#fold = read<Snapshot>('fold') ?? empty;
    this.#past = read<readonly Snapshot[]>('past') ?? [this.#fold];
    this.#lateFromMs = read<number>('late');
  }

  /** The newest snapshot. */
  get snapshot(): Snapshot {
    return this.#fold;
  }

  get lateFromMs(): number | undefined {
    return this.#lateFromMs;
  }

  /** Rows of a watch that has just begun. */
  begin(told: TellState): StateRow[] {
    return [this.toldRow(told), this.#row('fold', this.#fold), this.#row('past', this.#past)];
  }

  toldRow(told: TellState): StateRow {
    return this.#row('told', told);
  }

  /** Keeps a newer fold. */
  keep(snapshot: Snapshot): StateRow[] {
    this.#fold = snapshot;
    const rows = [this.#row('fold', snapshot)];
    const newestMs = this.#past.at(-1)?.fold.lastMs ?? Number.NEGATIVE_INFINITY;
    const isDue = this.#lateFromMs === undefined && (snapshot.fold.lastMs ?? newestMs) - newestMs >= dayMs;
    if (!isDue) return rows;
    this.#past = [...this.#past, snapshot].slice(-maxPast);
    return [...rows, this.#row('past', this.#past)];
  }

  /** Notes that a reading has come late. @returns what must join its commit */
  noteLate(axisMs: number): StateRow[] {
    const fromMs = Math.min(axisMs, this.#lateFromMs ?? axisMs);
    if (fromMs === this.#lateFromMs) return [];
    this.#lateFromMs = fromMs;
    return [this.#row('late', fromMs)];
  }

  /** From where to judge again: the oldest that is kept, if what came late is older than all of it. */
  before(axisMs: number): Snapshot {
    const before = this.#past.findLast(({ fold }) => fold.lastMs === null || fold.lastMs <= axisMs);
    return before ?? this.#past[0] ?? this.#fold;
  }

  /** Judging again is done, or given up as too late: what was kept since then is worth nothing. */
  judgedAgain(snapshot: Snapshot, fromMs: number): StateRow[] {
    this.#past = this.#past.filter(({ fold }) => fold.lastMs === null || fold.lastMs <= fromMs);
    if (this.#past.length === 0) this.#past = [snapshot];
    this.#lateFromMs = undefined;
    return [...this.keep(snapshot), this.#row('past', this.#past), [`late/${this.#key}`, undefined]];
  }

  /** The watch is over. */
  forget(): StateRow[] {
    return ['told', 'fold', 'past', 'late'].map((part) => [`${part}/${this.#key}`, undefined] as const);
  }

  #row(part: string, value: unknown): StateRow {
    return [`${part}/${this.#key}`, JSON.stringify(value)];
  }
}
