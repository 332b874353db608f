// The mean kinetic temperature as a profile asks for it, and when it must be told. Pure.

import type { AlarmProfile } from '../../config/alarm-profile.js';
import { MktWindow, type MktWindowState } from './mkt-window.js';

/** The sum is of 288 pieces: too much for each reading, nothing for each minute. */
const lookMs = 60_000;
/** A window with more holes is not judged by its mean. */
const maxMissingPpm = 50_000;

/** The strictest lower limit of a profile: MKT excuses no cold. */
export function lowestAllowed({ rules }: AlarmProfile) {
  return rules
    .flatMap(({ lowMilliC, inclusive }) =>
      lowMilliC === undefined ? [] : [{ limitMilliC: lowMilliC, inclusive }],
    )
    .sort((a, b) => b.limitMilliC - a.limitMilliC || Number(b.inclusive) - Number(a.inclusive))[0];
}

/** The window that the profile mandates; undefined where it mandates none. */
export function profileMktWindow(profile: AlarmProfile, saved?: MktWindowState): MktWindow | undefined {
  const { isFrozen, maxGapMs, mkt } = profile;
  if (!mkt) return undefined;
  const low = lowestAllowed(profile);
  return new MktWindow({ isFrozen, low, windowMs: mkt.windowMs, maxMissingPpm, maxGapMs }, saved);
}

export interface MktTelling {
  readonly event: 'opened' | 'closed';
  /** Since when the mean is told to be above its limit. */
  readonly sinceMs: number;
  readonly mktMicroC: number;
}

/** Tells once that the mean is above its limit, and once that it no longer is. */
export class MktAlarm {
  readonly #limitMicroC: number;
  #sinceMs: number | null;
  #lookedMs = Number.NEGATIVE_INFINITY;

  constructor(limitMilliC: number, sinceMs: number | null) {
    this.#limitMicroC = limitMilliC * 1000;
    this.#sinceMs = sinceMs;
  }

  /** null while it is not above. */
  get sinceMs(): number | null {
    return this.#sinceMs;
  }

  look(window: MktWindow, nowMs: number): MktTelling | undefined {
    if (nowMs - this.#lookedMs < lookMs) return undefined;
    this.#lookedMs = nowMs;
    const answer = window.answer();
    if (answer.kind !== 'mkt') return undefined;
    const isAbove = answer.highestMicroC > this.#limitMicroC;
    if (isAbove === (this.#sinceMs !== null)) return undefined;
    const sinceMs = this.#sinceMs ?? nowMs;
    this.#sinceMs = isAbove ? nowMs : null;
    return { event: isAbove ? 'opened' : 'closed', sinceMs, mktMicroC: answer.highestMicroC };
  }
}
