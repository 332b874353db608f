// Spares an endpoint that does not answer, and the truck's link with it. Opens after two failures in a row or when
// the endpoint asks for patience; then one try at a time decides. Knows nothing of what was asked.

/** One lost packet is no outage; two calls in a row are. */
const failuresToOpen = 2;
const firstPauseMs = 500;
/** Short: a try costs one connection attempt, and a link that comes back must be noticed within seconds. */
const longestPauseMs = 2_000;
/** An endpoint may not silence the gateway for longer, whatever it asks for. */
const longestRetryAfterMs = 3_600_000;
/** For an endpoint that is busy and does not say how long. */
const usualRetryAfterMs = 2_000;

export interface BreakerOptions {
  /** Monotonic ms. */
  readonly now: () => number;
  /** 0 <= random < 1: a fleet must not return in step. */
  readonly random: () => number;
}

export class CircuitBreaker {
  readonly #options: BreakerOptions;
  #failures = 0;
  #closedFromMs = 0;

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  /** No call may be made now. */
  get isOpen(): boolean {
    return this.#options.now() < this.#closedFromMs;
  }

  /** An answer came, be it a refusal: the endpoint works. */
  succeeded(): void {
    this.#failures = 0;
  }

  /** No answer came. */
  failed(): void {
    this.#failures += 1;
    if (this.#failures < failuresToOpen) return;
    const fullMs = Math.min(
      longestPauseMs,
      firstPauseMs * 2 ** Math.min(this.#failures - failuresToOpen, 30),
    );
    this.#pause(fullMs / 2 + (fullMs / 2) * this.#options.random());
  }

  /** The endpoint asked for patience; undefined where it did not say how long. */
  refused(retryAfterMs: number | undefined): void {
    this.#pause(Math.min(retryAfterMs ?? usualRetryAfterMs, longestRetryAfterMs));
  }

  #pause(delayMs: number): void {
    // Answers of calls made before may still come in: a longer pause asked for stands.
    this.#closedFromMs = Math.max(this.#closedFromMs, this.#options.now() + delayMs);
  }
}
