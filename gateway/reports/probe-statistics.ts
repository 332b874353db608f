// What the readings of one probe come to: points, interval, gaps, extremes, mean, deviation and mean kinetic temperature.
// Sums are exact where they can be, so that the same readings give the same digits on every machine. Pure.

import type { AlarmProfile } from '../../config/alarm-profile.js';
import { kineticFactor, microCOfKineticSum, refusalOf } from '../excursions/mkt.js';
import { lowestAllowed } from '../excursions/profile-mkt.js';
import type { PlacedReading, ReadingColumns } from './reading-columns.js';

export interface Extreme {
  readonly milliC: number;
  /** Unix ms of the first reading that reached it. */
  readonly atMs: number;
}

export interface Hole {
  /** On the axis, ms. */
  readonly fromMs: number;
  readonly toMs: number;
}

export interface ProbeStatistics {
  readonly points: number;
  /** Points that count as a temperature of the cargo. */
  readonly counted: number;
  /** Told after they were measured. */
  readonly late: number;
  /** Points that do not count, by quality code. */
  readonly faults: ReadonlyMap<number, number>;
  readonly firstAtMs: number | undefined;
  readonly lastAtMs: number | undefined;
  /** Median distance of readings; undefined for fewer than two. */
  readonly intervalMs: number | undefined;
  readonly lowest: Extreme | undefined;
  readonly highest: Extreme | undefined;
  /** Of the counted readings, milli-degrees, rounded. */
  readonly meanMilliC: number | undefined;
  /** Of a sample (n - 1), milli-degrees, rounded; undefined for fewer than two. */
  readonly deviationMilliC: number | undefined;
  readonly mkt: JourneyMkt;
  /** Holes longer than the profile allows, those at both ends included. */
  readonly gaps: readonly Hole[];
}

export type JourneyMkt =
  | { readonly kind: 'mkt'; readonly mktMicroC: number }
  | { readonly kind: 'refused'; readonly reason: 'frozen-product' | 'no-readings' | 'low-side-violated' };

export interface StatisticsTerms {
  /** undefined: nobody has said how the probe is judged. */
  readonly profile: AlarmProfile | undefined;
  /** From when to when the probe should have spoken, on the axis. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Without a profile a hole is three usual intervals long, and none is shorter than a minute. */
const DEFAULT_GAP_INTERVALS = 3;
const SHORTEST_DEFAULT_GAP_MS = 60_000;

/** How long a reading stands without another. */
export function maxGapOf(profile: AlarmProfile | undefined, intervalMs: number | undefined): number {
  return profile?.maxGapMs ?? Math.max(SHORTEST_DEFAULT_GAP_MS, DEFAULT_GAP_INTERVALS * (intervalMs ?? 0));
}

/** @param columns placed */
export function probeStatistics(columns: ReadingColumns, terms: StatisticsTerms): ProbeStatistics {
  const intervalMs = medianStepMs(columns);
  const maxGapMs = maxGapOf(terms.profile, intervalMs);
  const faults = new Map<number, number>();
  const tally = new Tally();
  const holdsMs = new Map<number, number>();
  const gaps: Hole[] = [];
  let late = 0;
  let before: PlacedReading | undefined;
  let knownUntilMs = terms.fromMs;
  for (let place = 0; place < columns.size; place++) {
    const reading = columns.at(place);
    if (reading.isLate) late += 1;
    if (reading.counts) {
      tally.add(reading);
      if (reading.axisMs - knownUntilMs > maxGapMs) gaps.push({ fromMs: knownUntilMs, toMs: reading.axisMs });
      knownUntilMs = Math.max(knownUntilMs, reading.axisMs);
    } else faults.set(reading.quality, (faults.get(reading.quality) ?? 0) + 1);
    if (before) hold(holdsMs, before, reading.axisMs, maxGapMs);
    before = reading;
  }
  if (before) hold(holdsMs, before, Math.max(terms.toMs, before.axisMs), maxGapMs);
  if (terms.toMs - knownUntilMs > maxGapMs) gaps.push({ fromMs: knownUntilMs, toMs: terms.toMs });
  return {
    points: columns.size,
    ...{ late, faults, intervalMs, gaps },
    firstAtMs: columns.size === 0 ? undefined : columns.at(0).measuredAtMs,
    lastAtMs: before?.measuredAtMs,
    ...tally.result(columns),
    mkt: journeyMkt(holdsMs, tally.lowest?.milliC, terms.profile),
  };
}

function hold(holdsMs: Map<number, number>, from: PlacedReading, toMs: number, maxGapMs: number): void {
  if (!from.counts) return;
  const heldMs = Math.min(toMs - from.axisMs, maxGapMs);
  holdsMs.set(from.milliC, (holdsMs.get(from.milliC) ?? 0) + heldMs);
}

/** Over the whole journey, weighted by how long each reading stood. USP <1079.2> says when there is none. */
function journeyMkt(
  holdsMs: ReadonlyMap<number, number>,
  coldestMilliC: number | undefined,
  profile: AlarmProfile | undefined,
): JourneyMkt {
  let knownMs = 0;
  let kineticSum = 0n;
  for (const [milliC, heldMs] of holdsMs) {
    const wholeMs = Math.round(heldMs);
    knownMs += wholeMs;
    kineticSum += kineticFactor(milliC) * BigInt(wholeMs);
  }
  const refusal = refusalOf(
    {
      isFrozen: profile?.isFrozen ?? false,
      low: profile && lowestAllowed(profile),
      windowMs: Math.max(1, knownMs),
      maxMissingPpm: 1_000_000,
    },
    { knownMs, coldestMilliC },
  );
  const mktMicroC = microCOfKineticSum(kineticSum, knownMs);
  if (refusal && refusal.reason !== 'window-incomplete') return { kind: 'refused', reason: refusal.reason };
  return mktMicroC === undefined ? { kind: 'refused', reason: 'no-readings' } : { kind: 'mkt', mktMicroC };
}

/** The lower of two middles. */
function medianStepMs(columns: ReadingColumns): number | undefined {
  if (columns.size < 2) return undefined;
  const stepsMs = new Float64Array(columns.size - 1);
  for (let place = 1; place < columns.size; place++) {
    stepsMs[place - 1] = columns.at(place).axisMs - columns.at(place - 1).axisMs;
  }
  stepsMs.sort();
  return Math.round(stepsMs[Math.floor((stepsMs.length - 1) / 2)] as number);
}

/** Extremes and exact sums of milli-degrees. */
class Tally {
  lowest: Extreme | undefined;
  highest: Extreme | undefined;
  #counted = 0;
  #sum = 0n;

  add({ milliC, measuredAtMs: atMs }: PlacedReading): void {
    this.#counted += 1;
    this.#sum += BigInt(milliC);
    if (milliC < (this.lowest?.milliC ?? Number.POSITIVE_INFINITY)) this.lowest = { milliC, atMs };
    if (milliC > (this.highest?.milliC ?? Number.NEGATIVE_INFINITY)) this.highest = { milliC, atMs };
  }

  result(columns: ReadingColumns) {
    const { lowest, highest } = this;
    const counted = this.#counted;
    if (counted === 0) {
      return { counted, lowest, highest, meanMilliC: undefined, deviationMilliC: undefined };
    }
    const mean = Number(this.#sum) / counted;
    let squares = 0;
    for (let place = 0; place < columns.size; place++) {
      const { counts, milliC } = columns.at(place);
      if (counts) squares += (milliC - mean) ** 2;
    }
    const deviation = counted < 2 ? undefined : Math.sqrt(squares / (counted - 1));
    return {
      ...{ counted, lowest, highest },
      // + 0: canonical JSON refuses the negative zero.
      meanMilliC: Math.round(mean) + 0,
      deviationMilliC: deviation === undefined ? undefined : Math.round(deviation),
    };
  }
}
