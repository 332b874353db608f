// Whether a frame follows the one before it: lost frames, repeated frames, a board that started again.
// Two counters and the gateway's monotonic clock decide. Both counters are u32 and wrap; a wrap is neither
// a loss nor a start. Kept over reconnects, so that frames missed meanwhile are told.

import type { BoardReading } from './frame-value.js';

export type Succession =
  | { readonly kind: 'first' | 'next' | 'duplicate' }
  | { readonly kind: 'lost'; readonly count: number; readonly reason: string }
  | { readonly kind: 'reset'; readonly reason: string };

/**
 * How far a board's counters may run ahead of the gateway's clock: bytes may have waited in a serial server.
 * A wrapped counter that would be further ahead went back, which only a start explains.
 */
const maxAheadMs = 86_400_000;
/**
 * How far a board's uptime may fall behind: a quarter (an RC oscillator in the cold is 10 % slow) and five minutes.
 * Further behind, the board was off for a while, and both its counters may have passed their old values since.
 */
const maxBehindMs = 300_000;

/** After this long an uptime may have wrapped unseen. */
const wrap = 2 ** 32;

interface Last {
  readonly sequence: number;
  readonly uptimeMs: number;
  readonly arrivedUptimeMs: number;
}

export class SequenceWatch {
  #last: Last | undefined;

  /** Another board: nothing before counts. */
  forget(): void {
    this.#last = undefined;
  }

  /** What `reading` is after the one before; a frame has at least 1 ms of its own. */
  follow(reading: BoardReading, arrivedUptimeMs: number): Succession {
    const last = this.#last;
    const { sequence, uptimeMs } = reading;
    if (last?.sequence === sequence && last.uptimeMs === uptimeMs) return { kind: 'duplicate' };
    this.#last = { sequence, uptimeMs, arrivedUptimeMs };
    if (last === undefined) return { kind: 'first' };
    const passedMs = arrivedUptimeMs - last.arrivedUptimeMs;
    const limit = passedMs + maxAheadMs;
    const steps = (sequence - last.sequence) >>> 0;
    const elapsedMs = (uptimeMs - last.uptimeMs) >>> 0;
    const numbers = `sequence ${last.sequence} to ${sequence}, uptime ${last.uptimeMs} to ${uptimeMs} ms`;
    const isBehind = passedMs < wrap && elapsedMs + passedMs / 4 + maxBehindMs < passedMs;
    if (steps === 0 || steps > limit || elapsedMs > limit || isBehind) {
      const unseen = sequence === 0 ? '' : `; ${sequence} frames since its start were not seen`;
      return { kind: 'reset', reason: `the board started again: ${numbers}${unseen}` };
    }
    if (steps === 1) return { kind: 'next' };
    const count = steps - 1;
    return { kind: 'lost', count, reason: `${count} ${count === 1 ? 'frame' : 'frames'} lost: ${numbers}` };
  }
}
