// How much may be under way to one broker. What is under way stands in front of the next alert, so it follows the link: it
// grows while acknowledgements come quickly and shrinks when they begin to queue (as TCP Vegas does), and a page becomes so
// small that even a link of modem speed, cut every minute, gets one through. Pure: times are given to it.

/** Measured: 4 give what 20 give, and an alert raised meanwhile comes in a third of the time. */
const MAX_PAGES = 4;
const LEAST_PAGE_RECORDS = 16;
const FIRST_PAGE_RECORDS = 128;
/** An acknowledgement this much later than the quickest one: messages begin to queue. */
const QUEUED_MS = 250;
const CONGESTED_MS = 750;

export class DrainPace {
  readonly #mostRecords: number;
  #pageRecords: number;
  #pages = 2;
  #quickestMs = Number.POSITIVE_INFINITY;
  #hasAcknowledged = false;

  /** @param mostRecords of a page */
  constructor(mostRecords: number) {
    this.#mostRecords = mostRecords;
    this.#pageRecords = Math.min(FIRST_PAGE_RECORDS, mostRecords);
  }

  /** Records wished for in the next page. */
  get pageRecords(): number {
    return this.#pageRecords;
  }

  /** Pages that may be under way. */
  get pages(): number {
    return this.#pages;
  }

  /** A page was acknowledged `latencyMs` after it was handed to the connection. */
  acknowledged(latencyMs: number): void {
    this.#hasAcknowledged = true;
    this.#quickestMs = Math.min(this.#quickestMs, latencyMs);
    const queuedMs = latencyMs - this.#quickestMs;
    if (queuedMs < QUEUED_MS) this.#grow();
    else if (queuedMs > CONGESTED_MS) this.#shrink();
  }

  /** A connection is new: another path, another time there and back. */
  connected(): void {
    this.#hasAcknowledged = false;
    this.#quickestMs = Number.POSITIVE_INFINITY;
    this.#pages = Math.min(this.#pages, 2);
  }

  /** It is gone; with nothing acknowledged on it, the page was too large for its life. */
  lost(hadSent: boolean): void {
    if (!hadSent || this.#hasAcknowledged) return;
    this.#pages = 1;
    this.#pageRecords = Math.max(LEAST_PAGE_RECORDS, Math.floor(this.#pageRecords / 4));
  }

  #grow(): void {
    if (this.#pageRecords < this.#mostRecords)
      this.#pageRecords = Math.min(this.#mostRecords, this.#pageRecords * 2);
    else this.#pages = Math.min(MAX_PAGES, this.#pages + 1);
  }

  #shrink(): void {
    if (this.#pages > 1) this.#pages = Math.floor(this.#pages / 2);
    else this.#pageRecords = Math.max(LEAST_PAGE_RECORDS, Math.floor(this.#pageRecords / 2));
  }
}
