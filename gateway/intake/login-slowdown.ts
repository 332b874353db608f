// Makes guessing passwords slow: after a few failures from one network, every further login from there waits. Nobody is
// locked out, since a sensor may share its address with the guesser. Pure: the time is given to it.

const FREE_FAILURES = 5;
const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 5000;
const FORGET_AFTER_MS = 600_000;
/** A guesser with many addresses must not fill the memory: the longest unseen is forgotten first. */
const MAX_NETWORKS = 1024;

interface Failures {
  readonly count: number;
  readonly lastMs: number;
}

export class LoginSlowdown {
  readonly #failures = new Map<string, Failures>();

  /** How long the next login from there waits. @param nowMs monotonic */
  delayMs(network: string, nowMs: number): number {
    const over = this.#countOf(network, nowMs) - FREE_FAILURES;
    return over < 0 ? 0 : Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(over, 10));
  }

  /** A login from there failed. One that succeeds takes nothing back: a guesser may own one account. */
  failed(network: string, nowMs: number): void {
    const count = this.#countOf(network, nowMs) + 1;
    this.#failures.delete(network);
    this.#failures.set(network, { count, lastMs: nowMs });
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > MAX_NETWORKS && oldest !== undefined) this.#failures.delete(oldest);
  }

  #countOf(network: string, nowMs: number): number {
    const known = this.#failures.get(network);
    return known && nowMs - known.lastMs < FORGET_AFTER_MS ? known.count : 0;
  }
}
