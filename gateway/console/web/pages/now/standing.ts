// What a person wants to know first: is everything all right, and if not, what is the worst. Pure.

import { type Picture, type SeenProbe, shownState } from '../../net/live-picture.js';

export interface Standing {
  readonly outside: readonly SeenProbe[];
  readonly unknown: readonly SeenProbe[];
  readonly ok: readonly SeenProbe[];
  /** Of all: an excursion before an unknown, an unknown before OK; `none` where no probe is judged. */
  readonly worst: 'excursion' | 'unknown' | 'ok' | 'none';
}

/** Sorts the probes by how they stand now. */
export function standingOf({ probes }: Picture, nowMs: number, isHeard: boolean): Standing {
  const inState = (state: string) => probes.filter((probe) => shownState(probe, nowMs, isHeard) === state);
  const [outside, unknown, ok] = [inState('excursion'), inState('unknown'), inState('ok')];
  const worst =
    outside.length > 0 ? 'excursion' : unknown.length > 0 ? 'unknown' : ok.length > 0 ? 'ok' : 'none';
  return { outside, unknown, ok, worst };
}

/** Below this a change in an hour is the probe's noise. */
const STEADY_MILLI_PER_HOUR = 200;

export function trendOf(milliPerHour: number): 'up' | 'down' | 'steady' {
  if (Math.abs(milliPerHour) < STEADY_MILLI_PER_HOUR) return 'steady';
  return milliPerHour > 0 ? 'up' : 'down';
}
