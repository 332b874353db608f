// The mean kinetic temperature of a sensor's series, and what it says of the profile's limit.

import type { AlarmProfile } from '../../config/alarm-profile.js';
import { MktWindow, type WindowAnswer } from '../excursions/mkt-window.js';
import type { ProbeReading } from '../excursions/profile-judge.js';
import { lowestAllowed } from '../excursions/profile-mkt.js';

export interface SeriesMkt {
  readonly answer: WindowAnswer;
  /** undefined: the profile sets no limit, or the readings do not fill its window. */
  readonly isWithinLimit: boolean | undefined;
}

/** A series is told its MKT however short it is; a limit is judged only over the whole window. */
const anyShareMissing = 1_000_000;

/** @param endMs up to when the last reading counts, on the axis of `readings` */
export function seriesMkt(
  profile: AlarmProfile,
  readings: readonly ProbeReading[],
  endMs: number,
): SeriesMkt {
  const { isFrozen, maxGapMs, mkt } = profile;
  const startMs = readings[0]?.timeMs ?? 0;
  // Without a mandated window the MKT is that of the whole series.
  const windowMs = mkt?.windowMs ?? Math.max(1, endMs - startMs);
  const low = lowestAllowed(profile);
  const window = new MktWindow({ isFrozen, low, windowMs, maxMissingPpm: anyShareMissing, maxGapMs });
  const at = (timeMs: number) => ({ observedAtMs: timeMs, uptimeMs: timeMs, bootCount: 0 });
  for (const { timeMs, temperatureMilliC } of readings) {
    const isGood = temperatureMilliC !== undefined;
    window.take({ ...at(timeMs), temperatureMilliC: temperatureMilliC ?? 0, isGood });
  }
  window.take({ ...at(endMs), temperatureMilliC: 0, isGood: false });
  const answer = window.answer();
  const isJudged = answer.kind === 'mkt' && answer.missingPpm === 0 && mkt !== undefined;
  const isWithinLimit = isJudged ? answer.highestMicroC <= mkt.limitMilliC * 1000 : undefined;
  return { answer, isWithinLimit };
}
