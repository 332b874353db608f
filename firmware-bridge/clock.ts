// The machine's two clocks and its timers, as the rest of the folder sees them.
// Nothing else here reads a clock or starts a timer, so that a fake pair can drive every driver.

import type { Clock } from './observation.js';

export type CancelTimer = () => void;

/** One-shot timers; a fake one in tests. */
export interface Timers {
  /** Runs `run` once after `delayMs` (>= 0). The result stops it; stopping twice is harmless. */
  after(delayMs: number, run: () => void): CancelTimer;
}

/** The system clock, and CLOCK_MONOTONIC in whole ms (process.hrtime reads it on Linux). */
export const systemClock: Clock = {
  now: () => ({ unixMs: Date.now(), uptimeMs: Number(process.hrtime.bigint() / 1_000_000n) }),
};

export const systemTimers: Timers = {
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Resolves after `delayMs`, or at once when `signal` aborts. Never rejects. */
export function pause(timers: Timers, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const cancel = timers.after(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    const onAbort = (): void => {
      cancel();
      resolve();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
