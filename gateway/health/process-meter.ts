// What a process can tell of itself: how late its event loop runs, how much memory it holds, how many bytes it sent to a disk.

import { readFileSync } from 'node:fs';
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import * as z from 'zod';

const NS_PER_MS = 1_000_000;
/** How often the loop is probed; a turn that is shorter is not seen. */
const RESOLUTION_MS = 20;

const count = z.number().nonnegative();

export const processFactsSchema = z.object({
  startedAtMs: count,
  residentBytes: count,
  /** Since the last time that this was told: how much later than due a timer ran. */
  loopDelayP99Ms: count,
  loopDelayMaxMs: count,
  /** Sent to a disk since the start, by pages of the cache (proc(5), /proc/pid/io); null where the kernel does not count. */
  writtenBytes: count.nullable(),
});
export type ProcessFacts = z.infer<typeof processFactsSchema>;

/** @param io text of /proc/self/io */
export function writtenBytesIn(io: string): number | null {
  const [, bytes] = /^write_bytes: (\d+)$/m.exec(io) ?? [];
  return bytes === undefined ? null : Number(bytes);
}

function writtenBytes(): number | null {
  try {
    return writtenBytesIn(readFileSync('/proc/self/io', 'utf8'));
  } catch {
    return null;
  }
}

export class ProcessMeter {
  readonly #startedAtMs = Date.now();
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  constructor() {
    this.#delay.enable();
  }

  /** Delays are those since the last call. */
  read(): ProcessFacts {
    const ms = (ns: number) => Math.max(0, Math.round(ns / NS_PER_MS) - RESOLUTION_MS);
    const { count: samples, max } = this.#delay;
    const p99 = this.#delay.percentile(99);
    this.#delay.reset();
    return {
      startedAtMs: this.#startedAtMs,
      residentBytes: process.memoryUsage.rss(),
      loopDelayP99Ms: samples === 0 ? 0 : ms(p99),
      loopDelayMaxMs: samples === 0 ? 0 : ms(max),
      writtenBytes: writtenBytes(),
    };
  }

  close(): void {
    this.#delay.disable();
  }
}
