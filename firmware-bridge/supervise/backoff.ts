// How long to wait before the next attempt: 0.5, 1, 2, 4 ... 30 s with jitter, for ever.
// No operator rides on the truck, so there is no last attempt.

const firstDelayMs = 500;
const maxDelayMs = 30_000;
/** Looking for a missing path costs nothing, and a cable that is plugged back should work at once. */
const maxAbsentDelayMs = 2000;

export class Backoff {
  readonly #random: () => number;
  #attempts = 0;

  /** `random` gives 0..1 and spreads the delay over 75 to 125 %. */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** The delay in ms before the next attempt. */
  next(isAbsent: boolean): number {
    const delayMs = Math.min(firstDelayMs * 2 ** this.#attempts, maxDelayMs);
    this.#attempts = Math.min(this.#attempts + 1, 16);
    const cappedMs = isAbsent ? Math.min(delayMs, maxAbsentDelayMs) : delayMs;
    return Math.round(cappedMs * (0.75 + this.#random() / 2));
  }

  reset(): void {
    this.#attempts = 0;
  }
}
