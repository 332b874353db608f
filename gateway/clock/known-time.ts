// What the gateway knows of the time: when its boot began, from whom, and how wrong that may be. Kept as a row beside the
// log, so that a restart within the boot goes on from it, and other processes of the machine read it.

import * as z from 'zod';
import type { Arrival } from '../../firmware-bridge/observation.js';
import type { StateRow } from '../sealing/draft-record.js';

/** 0 unsynchronised, 1 holdover, 2 synchronised, as in PROTOCOL.md, record field 6. */
export type ClockTrust = 0 | 1 | 2;

const timeSources = ['ntp', 'gnss', 'configured'] as const;
export type TimeSource = (typeof timeSources)[number];

/** Somebody's word on the time. */
export interface TimeWord {
  readonly source: TimeSource;
  /** Unix ms at which this boot's uptime was 0. */
  readonly zeroUnixMs: number;
  /** How wrong that was when it was said, ms. */
  readonly errorMs: number;
  /** Uptime when it was said. */
  readonly saidUptimeMs: number;
  /** GNSS receivers that agreed; empty for NTP. */
  readonly receivers: readonly string[];
  /** Of NTP: by the system clock, the synchronisation that it rests on. */
  readonly touchedMs?: number | undefined;
}

/** A word of this age is still as good as new: timesyncd asks at least every 34 minutes, a receiver every minute. */
const FRESH_MS = 2 * 3_600_000;
/** Crystals are good for 50 parts in a million, with cold and age 100. */
const DRIFT_PPM = 100;
/** What the judges of temperatures can live with. */
const MAX_ERROR_MS = 60_000;

/** How wrong the time may be by now, ms. */
export function errorAt({ errorMs, saidUptimeMs }: TimeWord, uptimeMs: number): number {
  return errorMs + Math.max(0, uptimeMs - saidUptimeMs) * (DRIFT_PPM / 1e6);
}

/** How far a time may be trusted that nobody has confirmed since. */
export function trustIn(word: TimeWord | undefined, uptimeMs: number): ClockTrust {
  if (!word || errorAt(word, uptimeMs) > MAX_ERROR_MS) return 0;
  return uptimeMs - word.saidUptimeMs <= FRESH_MS ? 2 : 1;
}

/** The same moment by that word: the monotonic clock does not step. */
export function placedBy(word: TimeWord | undefined, at: Arrival): Arrival {
  return word ? { ...at, unixMs: word.zeroUnixMs + at.uptimeMs } : at;
}

const keptSchema = z.object({
  bootId: z.string(),
  trust: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  keptUptimeMs: z.number(),
  word: z.object({
    source: z.enum(timeSources),
    zeroUnixMs: z.number(),
    errorMs: z.number(),
    saidUptimeMs: z.number(),
    receivers: z.array(z.string()),
    touchedMs: z.number().optional(),
  }),
});

/** A row of what was known, when, in which boot. */
export type KeptTime = z.infer<typeof keptSchema>;

const rowKey = 'clock';

export function keptRow(kept: KeptTime): StateRow {
  return [rowKey, JSON.stringify(kept)];
}

/** What was kept; undefined if nothing that can be read: then it is as if nobody had ever known the time. */
export function keptTime(rowOf: (key: string) => string | undefined): KeptTime | undefined {
  const text = rowOf(rowKey);
  if (text === undefined) return undefined;
  try {
    return keptSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
