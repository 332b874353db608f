// Judges a probe again from what was kept of it before a reading came late: collects from the log what it said since,
// puts that in the order of its own times, and folds it anew, a slice at a time, while the live fold goes on. Pure.

import type { JudgedInput } from './judged-input.js';
import { type FoldState, type Mark, ProbeFold } from './probe-fold.js';
import type { Snapshot } from './watch-shelf.js';
import type { WatchTerms } from './watch-terms.js';

/** Which mark a contact's sensor stands for at this probe; undefined: none. */
export type MarkOf = (contactId: string) => Mark | undefined;

/** Feeds one input of the probe, or of a contact beside it, to its fold; others pass. */
export function feed(fold: ProbeFold, input: JudgedInput, markOf: MarkOf): void {
  if (input.kind === 'reading') fold.take(input.reading);
  else if (input.kind === 'resolution') fold.resolve(input.outcome);
  else {
    const mark = markOf(input.sensorId);
    if (mark) fold.mark(mark, input.isOpen, input.axisMs);
  }
}

const axisOf = (input: JudgedInput) => (input.kind === 'reading' ? input.reading.axisMs : input.axisMs);

/** How many inputs are folded in one step: well below a millisecond on a Pi. */
const inputsPerStep = 500;

export class ReJudgement {
  readonly sensorId: string;
  /** Where the late reading lies, on the judges' axis. */
  readonly fromMs: number;
  /** The log is wanted from here ... */
  position: number;
  /** ... up to, and not including, here; what came after that is told by `alsoTake`. */
  readonly target: number;
  readonly #fold: ProbeFold;
  readonly #markOf: MarkOf;
  readonly #inputs: JudgedInput[] = [];
  readonly #tail: JudgedInput[] = [];
  #fedInputs = 0;
  #isSorted = false;

  constructor(
    terms: WatchTerms,
    { fromMs, start, target }: { fromMs: number; start: Snapshot; target: number },
    markOf: MarkOf,
  ) {
    this.sensorId = terms.sensorId;
    this.fromMs = fromMs;
    this.position = start.position;
    this.target = target;
    this.#fold = new ProbeFold(terms, start.fold);
    this.#markOf = markOf;
  }

  /** Takes what the log holds from `position` on. */
  collect(inputs: readonly (JudgedInput | undefined)[]): void {
    for (const input of inputs) if (input && this.#concerns(input)) this.#inputs.push(input);
    this.position += inputs.length;
  }

  /** Takes what has come since judging again began. */
  alsoTake(input: JudgedInput): void {
    if (this.#concerns(input)) this.#tail.push(input);
  }

  /** Folds a slice. @returns the fold once all is in it */
  step(): FoldState | undefined {
    if (this.position < this.target) return undefined;
    if (!this.#isSorted) {
      this.#isSorted = true;
      this.#inputs.sort((a, b) => axisOf(a) - axisOf(b));
    }
    const end = Math.min(this.#inputs.length, this.#fedInputs + inputsPerStep);
    for (; this.#fedInputs < end; this.#fedInputs++) this.#feed(this.#inputs[this.#fedInputs]);
    if (this.#fedInputs < this.#inputs.length) return undefined;
    for (const input of this.#tail.sort((a, b) => axisOf(a) - axisOf(b))) this.#feed(input);
    return this.#fold.save();
  }

  #concerns(input: JudgedInput): boolean {
    return input.kind === 'contact'
      ? this.#markOf(input.sensorId) !== undefined
      : input.sensorId === this.sensorId;
  }

  #feed(input: JudgedInput | undefined): void {
    if (!input) return;
    // Older than the fold itself: it came late once more, and judging will begin anew for it.
    if (input.kind === 'reading' && input.reading.axisMs < (this.#fold.lastMs ?? input.reading.axisMs))
      return;
    feed(this.#fold, input, this.#markOf);
  }
}
