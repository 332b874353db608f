// How much of a band's allowance is used up, and which temperatures belong to a band. Pure.

import type { StabilityBand } from '../../config/alarm-profile.js';

/** In hundredths of the allowance. */
const warnPercents = [50, 80] as const;

/** `uncertain`: measured time is left, but the holes could have used it up. */
export type BandLevel = 'within' | 'warned-50' | 'warned-80' | 'uncertain' | 'exhausted';
/** From the mildest to the gravest. */
export const levels: readonly BandLevel[] = ['within', 'warned-50', 'warned-80', 'uncertain', 'exhausted'];

export const isGraver = (one: BandLevel, other: BandLevel) => levels.indexOf(one) > levels.indexOf(other);

/** A band holds its lower end and not its upper one, so that neighbours never both count. */
export function isWithin({ fromMilliC, toMilliC }: StabilityBand, temperatureMilliC: number): boolean {
  return temperatureMilliC >= fromMilliC && temperatureMilliC < toMilliC;
}

/** Measured time decides what is exhausted; what warns and blocks counts the holes in. */
export function levelOf({ allowanceMs }: StabilityBand, usedMs: number, unknownMs: number): BandLevel {
  const usedAtMostMs = usedMs + unknownMs;
  const [first, second] = warnPercents;
  if (usedMs > 0 && usedMs >= allowanceMs) return 'exhausted';
  if (usedAtMostMs > 0 && usedAtMostMs >= allowanceMs) return 'uncertain';
  if (usedAtMostMs > 0 && usedAtMostMs * 100 >= allowanceMs * second) return 'warned-80';
  if (usedAtMostMs > 0 && usedAtMostMs * 100 >= allowanceMs * first) return 'warned-50';
  return 'within';
}
