// The machine's two clocks and its timers, as the rest of the folder sees them.
// Nothing else here reads a clock or starts a timer, so that a fake pair can drive every driver.

import { uptime } from 'node:os';
import type { Clock } from './observation.js';

export type CancelTimer = () => void;

/** One-shot timers; a fake one in tests. */
export interface Timers {
  /** Runs `run` once after `delayMs` (>= 0). The result stops it; stopping twice is harmless. */
  after(delayMs: number, run: () => void): CancelTimer;
}

/** What a machine has for clocks, ms. */
export interface MachineClocks {
  wallMs(): number;
  /** Stands still while the machine sleeps. */
  awakeMs(): number;
  /** Goes on while it sleeps; good for 10 ms, and slow to read. */
  bootMs(): number;
}

/** Clocks that went apart by less have slewed, or were read one after the other. */
const APART_MS = 500;
/** A machine whose wall clock sleeps with it shows nothing. */
const LOOK_EVERY_MS = 10_000;

/**
 * The wall clock, and the time since the boot, that in which the machine slept included: after a night in suspend a reading
 * is a night old. The slow clock is asked only when the two quick ones went apart, and now and then.
 */
export function sleepCountingClock({ wallMs, awakeMs, bootMs }: MachineClocks): Clock {
  let sleptMs = 0;
  let skewMs = Number.NaN;
  let lookAtMs = 0;
  return {
    now: () => {
      const unixMs = wallMs();
      const awake = awakeMs();
      if (awake >= lookAtMs || !(Math.abs(unixMs - awake - skewMs) < APART_MS)) {
        const apartMs = bootMs() - awake;
        if (Math.abs(apartMs - sleptMs) >= APART_MS) sleptMs = Math.max(0, Math.round(apartMs));
        skewMs = unixMs - awake;
        lookAtMs = awake + LOOK_EVERY_MS;
      }
      return { unixMs, uptimeMs: awake + sleptMs };
    },
  };
}

/** CLOCK_REALTIME, CLOCK_MONOTONIC in whole ms (process.hrtime reads it on Linux), and /proc/uptime for what was slept. */
export const systemClock: Clock = sleepCountingClock({
  wallMs: () => Date.now(),
  awakeMs: () => Number(process.hrtime.bigint() / 1_000_000n),
  bootMs: () => uptime() * 1000,
});

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
