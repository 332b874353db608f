// The time by GNSS receivers. One sentence proves nothing: a receiver may start at its firmware's date, be wrong by 1,024
// weeks, or hear a transmitter that lies. So several fixes must agree with the monotonic clock, and all receivers with one
// another. That a lie is told slowly and from the beginning cannot be seen here. Pure.

import type { TimeWord } from './known-time.js';

/** A sentence comes up to a second after its fix, by a line that is busy now and then. */
const LATENCY_MS = 1000;
const MAX_SPREAD_MS = 1500;
const MIN_FIXES = 3;
const MIN_SPAN_MS = 60_000;
const MAX_FIXES = 16;
const MAX_AGE_MS = 30 * 60_000;
/** Two receivers differ by their latencies. */
const MAX_DIFFERENCE_MS = 3000;

interface Fix {
  readonly uptimeMs: number;
  readonly zeroUnixMs: number;
}

export class GnssTime {
  readonly #fixes = new Map<string, Fix[]>();

  /** A UTC time that came with a valid fix. @param uptimeMs when it arrived */
  hear(receiver: string, sourceUnixMs: number, uptimeMs: number): void {
    const zeroUnixMs = sourceUnixMs - uptimeMs;
    const known = this.#fixes.get(receiver) ?? [];
    // A receiver that jumps must show anew that it can be believed.
    const isJump = known.some((fix) => Math.abs(fix.zeroUnixMs - zeroUnixMs) > MAX_SPREAD_MS);
    this.#fixes.set(receiver, [...(isJump ? [] : known), { uptimeMs, zeroUnixMs }].slice(-MAX_FIXES));
  }

  /** Whether receivers that were heard lately say different times: then none of them is believed. */
  areAtOdds(uptimeMs: number): boolean {
    const newest = [...this.#fixes.values()]
      .flatMap((fixes) => fixes.at(-1) ?? [])
      .filter((fix) => uptimeMs - fix.uptimeMs <= MAX_AGE_MS)
      .map(({ zeroUnixMs }) => zeroUnixMs);
    return Math.max(...newest) - Math.min(...newest) > MAX_DIFFERENCE_MS;
  }

  /** What receivers say that can be believed; undefined: none can, or they are at odds. */
  word(uptimeMs: number): TimeWord | undefined {
    const words = [...this.#fixes].flatMap(([receiver, fixes]) => wordOf(receiver, fixes, uptimeMs));
    if (words.length === 0 || this.areAtOdds(uptimeMs)) return undefined;
    return {
      source: 'gnss',
      // The greatest came with the least delay.
      zeroUnixMs: Math.max(...words.map(({ zeroUnixMs }) => zeroUnixMs)),
      errorMs: Math.max(...words.map(({ errorMs }) => errorMs)),
      saidUptimeMs: Math.max(...words.map(({ saidUptimeMs }) => saidUptimeMs)),
      receivers: words.flatMap(({ receivers }) => receivers).sort(),
    };
  }
}

function wordOf(receiver: string, all: readonly Fix[], nowMs: number): TimeWord[] {
  const fixes = all.filter(({ uptimeMs }) => nowMs - uptimeMs <= MAX_AGE_MS);
  const [first, last] = [fixes[0], fixes.at(-1)];
  if (!first || !last || fixes.length < MIN_FIXES || last.uptimeMs - first.uptimeMs < MIN_SPAN_MS) return [];
  const zeros = fixes.map(({ zeroUnixMs }) => zeroUnixMs);
  const zeroUnixMs = Math.max(...zeros);
  const errorMs = LATENCY_MS + zeroUnixMs - Math.min(...zeros);
  return [{ source: 'gnss', zeroUnixMs, errorMs, saidUptimeMs: last.uptimeMs, receivers: [receiver] }];
}
