// Lets so many tokens a second through, and a burst of one second's worth. Takes what is asked once it has anything left and
// goes into debt for it, so that no single large message waits for ever. Pure: the time is given to it.

export class TokenBucket {
  readonly #perSecond: number;
  #tokens: number;
  #atMs: number;

  /** @param nowMs monotonic */
  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
    this.#atMs = nowMs;
  }

  /** Milliseconds until something may pass; 0 now. */
  waitMs(nowMs: number): number {
    const gained = ((nowMs - this.#atMs) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#perSecond, this.#tokens + gained);
    this.#atMs = nowMs;
    return this.#tokens > 0 ? 0 : Math.ceil((-this.#tokens / this.#perSecond) * 1000) + 1;
  }

  take(tokens: number): void {
    this.#tokens -= tokens;
  }
}
