// The semantics of test/vectors/alarm in their plainest form, to compare the judge with: whole rules recomputed over a
// list, no state to go wrong. Knows no clear hysteresis, and no faults beside readings.

import type { AlarmProfile, AlarmRule } from '../../../config/alarm-profile.js';
import type { ProbeReading } from '../../../gateway/excursions/profile-judge.js';

const violates = ({ highMilliC, lowMilliC, inclusive }: AlarmRule, milliC: number): boolean =>
  (highMilliC !== undefined && (inclusive ? milliC >= highMilliC : milliC > highMilliC)) ||
  (lowMilliC !== undefined && (inclusive ? milliC <= lowMilliC : milliC < lowMilliC));

/** When the rule fires over a series, and its time in violation. */
function overSeries(
  profile: AlarmProfile,
  rule: AlarmRule,
  readings: readonly ProbeReading[],
  endMs: number,
) {
  let violationMs = 0;
  let firedAtMs: number | undefined;
  let runStartMs: number | undefined;
  for (const [index, { timeMs, temperatureMilliC }] of readings.entries()) {
    const nextMs = readings[index + 1]?.timeMs ?? endMs;
    const isOutside = temperatureMilliC !== undefined && violates(rule, temperatureMilliC);
    if (timeMs < profile.ignoreMs || !isOutside) {
      runStartMs = undefined;
      continue;
    }
    runStartMs ??= timeMs;
    const holdMs = Math.min(nextMs - timeMs, profile.maxGapMs);
    const isReached = rule.type === 'single' && timeMs - runStartMs >= rule.delayMs;
    if (isReached) firedAtMs ??= timeMs;
    if (rule.type === 'cumulative' && violationMs + holdMs >= rule.delayMs) {
      firedAtMs ??= timeMs + rule.delayMs - violationMs;
    }
    violationMs += holdMs;
    if (nextMs - timeMs > profile.maxGapMs) runStartMs = undefined;
  }
  return { violationMs, firedAtMs };
}

/** What every rule says over a whole series up to `endMs`, and the time without a good reading. */
export function referenceVerdict(profile: AlarmProfile, readings: readonly ProbeReading[], endMs: number) {
  const unknownMs = readings.reduce((sum, { timeMs, temperatureMilliC }, index) => {
    const lengthMs = (readings[index + 1]?.timeMs ?? endMs) - timeMs;
    return sum + (temperatureMilliC === undefined ? lengthMs : Math.max(0, lengthMs - profile.maxGapMs));
  }, 0);
  const rules = profile.rules.map((rule) => ({ id: rule.id, ...overSeries(profile, rule, readings, endMs) }));
  return { unknownMs, rules };
}
