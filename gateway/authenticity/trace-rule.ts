// Two sightings of one tag that cannot both be of one thing: in two places at once, or further apart than a truck drives in
// the time between them. Without places or without a clock that holds over a restart nothing is concluded.

import type { Finding } from './finding.js';
import { leastDistanceM, type Place, reachM } from './place.js';

/** When and where a tag was read, from the first to the last read of one window. Plain JSON. */
export interface Sighted {
  readonly atMs: number;
  readonly uptimeMs: number;
  readonly untilUptimeMs: number;
  readonly bootCount: number;
  readonly clockTrust: number;
  readonly reader: string;
  readonly place: Place | null;
}

/** Twice the window in which a reader merges what it reads. */
const SAME_TIME_MS = 2_000;
const MS_PER_HOUR = 3_600_000;
const M_PER_KM = 1000;

/** Between the end of one and the beginning of the other; undefined if no clock can tell. */
function gapMs(before: Sighted, now: Sighted): number | undefined {
  if (before.bootCount === now.bootCount) return Math.max(0, now.uptimeMs - before.untilUptimeMs);
  if (before.clockTrust === 0 || now.clockTrust === 0) return undefined;
  const untilMs = before.atMs + (before.untilUptimeMs - before.uptimeMs);
  return Math.max(0, now.atMs - untilMs);
}

/** @param maxSpeedKmh the fastest that goods travel on this lane */
export function movementFinding(before: Sighted, now: Sighted, maxSpeedKmh: number): Finding | undefined {
  const gap = gapMs(before, now);
  if (gap === undefined || !before.place || !now.place) return undefined;
  const distanceM = leastDistanceM(before.place, now.place);
  if (distanceM <= reachM(gap, maxSpeedKmh)) return undefined;
  const numbers = { distanceM, gapMs: gap };
  if (gap <= SAME_TIME_MS) return { code: 'two-places', numbers };
  const kmh = Math.floor((distanceM / M_PER_KM) * (MS_PER_HOUR / gap));
  return { code: 'impossible-speed', numbers: { ...numbers, kmh } };
}
