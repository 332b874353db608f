// Brings the judges to where the log is: at the start, and again whenever a reading has come late. The log is read in
// slices between which everything else goes on.

import type { ExcursionDesk } from '../excursions/excursion-desk.js';
import type { StoredJudged } from './stored-judged.js';

/** A few milliseconds of reading. */
const SLICE_RECORDS = 1000;

/** Before anything is taken: tells the desk what the log holds and its folds do not. */
export function resumeJudging(desk: ExcursionDesk, stored: StoredJudged): void {
  let sequence = desk.resumePosition;
  while (Number.isFinite(sequence)) {
    const page = stored.page(sequence, SLICE_RECORDS);
    if (page.length === 0) return;
    for (const [index, record] of page.entries()) if (record) desk.resume(sequence + index, record);
    sequence += page.length;
  }
}

export class LateJudging {
  readonly #desk: ExcursionDesk;
  readonly #stored: StoredJudged;
  readonly #position: () => number;
  #next: NodeJS.Immediate | undefined;
  #isHeld = false;

  /** @param position sequence of the next record that is taken */
  constructor(desk: ExcursionDesk, stored: StoredJudged, position: () => number) {
    this.#desk = desk;
    this.#stored = stored;
    this.#position = position;
  }

  /** Does what is due; call it now and then. What is not durable yet waits for the next time. */
  look(): void {
    if (this.#next === undefined && !this.#isHeld) this.#step();
  }

  /** Begins nothing until `release`: something is on its way into the log by which older records are read. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
  }

  close(): void {
    clearImmediate(this.#next);
  }

  #step(): void {
    this.#next = undefined;
    const wanted = this.#desk.wanted(this.#position());
    const page = wanted
      ? this.#stored.page(wanted.from, Math.min(SLICE_RECORDS, wanted.to - wanted.from))
      : [];
    if (wanted && page.length === 0) return;
    if (this.#desk.judgeAgain(page, this.#position())) this.#next = setImmediate(() => this.#step());
  }
}
