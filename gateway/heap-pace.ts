// How V8 keeps the gateway role's heap: small on a truck that is as quiet as trucks are, fast while much is to be written.
// A backlog of a board or a flood of tags comes now and then; memory is paid for always.

import { setFlagsFromString } from 'node:v8';

/** Of a truck, 100 a second are many. */
const BUSY_RECORDS_PER_SECOND = 2000;
const CALM_MS = 10_000;

/** V8 looks at this flag whenever it decides how much a heap may grow, and in all threads; see gateway/README.md, decision 90. */
export const heapFlags = { small: '--optimize-for-size', fast: '--no-optimize-for-size' } as const;

/** New objects of 2 MiB are moved sooner by the thread that made them than others are woken to help: a tenth less processor each. */
export const oneScavenger = '--no-parallel-scavenge';

export class HeapPace {
  readonly #setFlag: (flag: string) => void;
  readonly #now: () => number;
  #secondMs = Number.NEGATIVE_INFINITY;
  #records = 0;
  #busyMs = Number.NEGATIVE_INFINITY;
  #isFast = false;

  /** @param now monotonic ms */
  constructor(setFlag: (flag: string) => void = setFlagsFromString, now = () => performance.now()) {
    this.#setFlag = setFlag;
    this.#now = now;
    setFlag(oneScavenger);
    setFlag(heapFlags.small);
  }

  /** So many records have become durable. */
  sealed(records: number): void {
    const nowMs = this.#now();
    if (nowMs - this.#secondMs >= 1000) {
      this.#secondMs = nowMs;
      this.#records = 0;
    }
    this.#records += records;
    if (this.#records < BUSY_RECORDS_PER_SECOND) return;
    this.#busyMs = nowMs;
    if (!this.#isFast) this.#setFlag(heapFlags.fast);
    this.#isFast = true;
  }

  /** Call it every while. */
  tick(): void {
    if (!this.#isFast || this.#now() - this.#busyMs < CALM_MS) return;
    this.#isFast = false;
    this.#setFlag(heapFlags.small);
  }
}
