// Both clocks and the timers under a test's hand: nothing happens until the test lets time pass.

import type { CancelTimer, Timers } from '../../firmware-bridge/clock.js';
import type { Arrival, Clock } from '../../firmware-bridge/observation.js';

interface Due {
  readonly atMs: number;
  readonly run: () => void;
}

export class FakeTime implements Clock, Timers {
  #nowMs = 1_000;
  readonly #due = new Set<Due>();

  now(): Arrival {
    return { unixMs: 1_700_000_000_000 + this.#nowMs, uptimeMs: this.#nowMs };
  }

  get uptimeMs(): number {
    return this.#nowMs;
  }

  /** Timers that still wait. */
  get waiting(): number {
    return this.#due.size;
  }

  after(delayMs: number, run: () => void): CancelTimer {
    const due = { atMs: this.#nowMs + Math.max(0, delayMs), run };
    this.#due.add(due);
    return () => this.#due.delete(due);
  }

  /** Lets `ms` pass: timers run in their order, and promises settle between them. */
  async pass(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await settle();
    for (;;) {
      const next = [...this.#due].filter((due) => due.atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.#due.delete(next);
      this.#nowMs = next.atMs;
      next.run();
      await settle();
    }
    this.#nowMs = endMs;
    await settle();
  }
}

/** Enough turns of the microtask queue for the longest chain of awaits in the supervision. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
}
