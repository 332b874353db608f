// Whether a temperature changed faster than its probe can. Such a reading is kept and suspected until the next reading
// or a sibling speaks for it or against it: one spike opens no excursion, and a real one loses one reading. Pure.

import { elapsedMs, type ReadingTime } from './reading-time.js';

const minuteMs = 60_000;

/** How a record of an earlier reading is named: its sequence is given later, by the writer of the log. */
export type ReadingReference = { readonly [field in keyof ReadingTime]: number } & {
  readonly temperatureMilliC: number;
};

export interface RateLimit {
  /** 1000 for a probe in glycol or another buffer. */
  readonly milliCPerMinute: number;
  /** Resolution and noise: a change up to this is never suspect, however soon it comes. */
  readonly toleranceMilliC: number;
}

/** How near a sibling's reading must be to speak for a suspect one, and how far apart in time. */
export interface SiblingReach {
  readonly nearMilliC: number;
  readonly maxAgeMs: number;
}

/** Plain JSON. */
export interface RateState {
  /** The last reading that is believed; null after a power-up. */
  readonly believed: ReadingReference | null;
  /** The last reading, while it is suspect. */
  readonly suspect: ReadingReference | null;
}

/**
 * What became of a suspect reading. `refuted`: the next reading does not speak for it. `unresolved`: the sensor lost
 * its power before it could say more.
 */
export interface Resolution {
  readonly outcome: 'confirmed' | 'refuted' | 'unresolved';
  readonly by: 'next-reading' | 'sibling' | 'restart';
  readonly sensorId: string;
  readonly reading: ReadingReference;
}

export interface RateJudgement {
  readonly state: RateState;
  readonly isSuspect: boolean;
  readonly resolved: 'confirmed' | 'refuted' | undefined;
}

export const freshRate: RateState = { believed: null, suspect: null };

function reachMilliC(limit: RateLimit, from: ReadingTime, to: ReadingTime): number {
  return Math.max(
    limit.toleranceMilliC,
    Math.floor((limit.milliCPerMinute * elapsedMs(from, to)) / minuteMs),
  );
}

/** Whether `to` can follow `from` within the limit. */
export function isReachable(limit: RateLimit, from: ReadingReference, to: ReadingReference): boolean {
  return Math.abs(to.temperatureMilliC - from.temperatureMilliC) <= reachMilliC(limit, from, to);
}

/** Whether a reading after the suspect one speaks for it: it is as far away, or further, on the same side. */
function speaksFor(
  limit: RateLimit,
  believed: ReadingReference,
  suspect: ReadingReference,
  reading: ReadingReference,
) {
  const side = Math.sign(suspect.temperatureMilliC - believed.temperatureMilliC);
  const shortfallMilliC = side * (suspect.temperatureMilliC - reading.temperatureMilliC);
  return shortfallMilliC <= reachMilliC(limit, suspect, reading);
}

/** Takes one good reading of the sensor. */
export function judgeRate(limit: RateLimit, state: RateState, reading: ReadingReference): RateJudgement {
  const { believed, suspect } = state;
  if (!believed)
    return { state: { believed: reading, suspect: null }, isSuspect: false, resolved: undefined };
  if (!suspect) {
    if (isReachable(limit, believed, reading)) {
      return { state: { believed: reading, suspect: null }, isSuspect: false, resolved: undefined };
    }
    return { state: { believed, suspect: reading }, isSuspect: true, resolved: undefined };
  }
  const distance = (from: ReadingReference) => Math.abs(reading.temperatureMilliC - from.temperatureMilliC);
  const isBack = isReachable(limit, believed, reading) && distance(believed) < distance(suspect);
  const isConfirmed = !isBack && speaksFor(limit, believed, suspect, reading);
  const base = isConfirmed ? suspect : believed;
  const isSuspect = !isReachable(limit, base, reading);
  return {
    state: isSuspect ? { believed: base, suspect: reading } : { believed: reading, suspect: null },
    isSuspect,
    resolved: isConfirmed ? 'confirmed' : 'refuted',
  };
}

/** Whether a sibling's reading is recent, near the suspect one, and nearer to it than to what was believed before. */
export function corroborates(
  { nearMilliC, maxAgeMs }: SiblingReach,
  believed: ReadingReference | null,
  suspect: ReadingReference,
  reading: ReadingReference,
  apartMs: number,
): boolean {
  const distance = Math.abs(reading.temperatureMilliC - suspect.temperatureMilliC);
  if (apartMs > maxAgeMs || distance > nearMilliC || !believed) return false;
  return distance < Math.abs(reading.temperatureMilliC - believed.temperatureMilliC);
}
