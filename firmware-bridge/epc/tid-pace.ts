// How much of a reader's time may go into reading TIDs: a third at most. While one tag's memory is read nobody looks for
// others, and a tag that answers no question takes longest.

/** Rest after a turn, as a multiple of what it took. */
const REST_FACTOR = 2;
const MIN_REST_MS = 500;

export class TidPace {
  #readyMs: number;

  /** @param atMs monotonic ms; inventory comes first */
  constructor(atMs: number) {
    this.#readyMs = atMs + MIN_REST_MS;
  }

  isReady(atMs: number): boolean {
    return atMs >= this.#readyMs;
  }

  /** A turn is over. */
  spent(fromMs: number, untilMs: number): void {
    this.#readyMs = untilMs + Math.max(MIN_REST_MS, REST_FACTOR * (untilMs - fromMs));
  }
}
