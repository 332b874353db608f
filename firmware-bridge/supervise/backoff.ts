// How long to wait before the next attempt: 0.5, 1, 2, 4 ... 30 s with jitter, for ever.
// No operator rides on the truck, so there is no last attempt.

const firstDelayMs = 500;
const maxDelayMs = 30_000;
/** Looking for a missing path costs nothing, and a cable that is plugged back should work at once. */
const maxAbsentDelayMs = 2000;

export class Backoff {
  readonly #random: () => number;
  #attempts = 0;
  #absences = 0;

  /** `random` gives 0..1 and spreads the delay over 75 to 125 %. */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** The delay in ms before the next attempt. */
  next(isAbsent: boolean): number {
    if (isAbsent) {
      // What is plugged in next is not to blame for what was wrong before: a plug that rattles must not be waited for long.
      this.#attempts = 0;
      return this.#spread(Math.min(firstDelayMs * 2 ** this.#absences++, maxAbsentDelayMs));
    }
    this.#absences = 0;
    const delayMs = Math.min(firstDelayMs * 2 ** this.#attempts, maxDelayMs);
    this.#attempts = Math.min(this.#attempts + 1, 16);
    return this.#spread(delayMs);
  }

  reset(): void {
    this.#attempts = 0;
    this.#absences = 0;
  }

  #spread(delayMs: number): number {
    return Math.round(delayMs * (0.75 + this.#random() / 2));
  }
}
