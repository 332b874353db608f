// Judges how long commits take. A card on its way out answers ever later: the log still grows, from memory, until one day it
// does not. Told while there is time to bring another card. Pure.

/**
 * A commit flushes the card once or twice. The SD specification lets a write keep a card busy for 250 ms (SDHC; Physical Layer
 * 4.6.2.2); a sound one needs that once in thousands of writes, and 4 ms in the median.
 */
const SLOW_MS = 250;
/** Slow twenty times as often as it should be: half of the last twenty. */
const LAST_COMMITS = 20;
const SLOW_COMMITS = 10;
/** As long as an MQTT sensor waits for its acknowledgement before it sends again: once is enough. */
const STALLED_MS = 5_000;
/** It has recovered when nothing was slow for so long. */
const QUIET_MS = 600_000;

export interface PaceChange {
  readonly event: 'opened' | 'closed';
  readonly medianMs: number;
  readonly longestMs: number;
}

export class CommitPace {
  #isSlow: boolean;
  #last: number[] = [];
  #slowAtMs: number | undefined;

  /** @param isSlow what was told last, before this start */
  constructor(isSlow: boolean) {
    this.#isSlow = isSlow;
  }

  /** A commit took so long. @param nowMs monotonic */
  took(commitMs: number, nowMs: number): PaceChange | undefined {
    this.#last = [...this.#last.slice(1 - LAST_COMMITS), commitMs];
    this.#slowAtMs ??= nowMs;
    if (commitMs > SLOW_MS) this.#slowAtMs = nowMs;
    const slow = this.#last.filter((ms) => ms > SLOW_MS).length;
    const isSlow = slow >= SLOW_COMMITS || commitMs >= STALLED_MS;
    if (!this.#isSlow && isSlow) return this.#change('opened');
    if (this.#isSlow && nowMs - this.#slowAtMs >= QUIET_MS) return this.#change('closed');
    return undefined;
  }

  #change(event: PaceChange['event']): PaceChange {
    this.#isSlow = event === 'opened';
    const sorted = [...this.#last].sort((a, b) => a - b);
    const [medianMs = 0, longestMs = 0] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
    return { event, medianMs: Math.round(medianMs), longestMs: Math.round(longestMs) };
  }
}
