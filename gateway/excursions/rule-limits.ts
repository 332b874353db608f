// Whether a temperature violates a rule, and whether it is back inside. Pure.

import type { AlarmRule } from '../../config/alarm-profile.js';

export const violates = (rule: AlarmRule, milliC: number): boolean =>
  sideViolated(rule, milliC) !== undefined;

/** On which side a temperature violates a rule; undefined: on none. */
export function sideViolated(
  { highMilliC, lowMilliC, inclusive }: AlarmRule,
  milliC: number,
): 'high' | 'low' | undefined {
  if (highMilliC !== undefined && (inclusive ? milliC >= highMilliC : milliC > highMilliC)) return 'high';
  if (lowMilliC !== undefined && (inclusive ? milliC <= lowMilliC : milliC < lowMilliC)) return 'low';
  return undefined;
}

/** Whether a reading ends a run: back inside by the hysteresis, on every side that the rule has. */
export function clears(rule: AlarmRule, milliC: number): boolean {
  const { highMilliC, lowMilliC, clearHysteresisMilliC: back } = rule;
  if (back === 0) return !violates(rule, milliC);
  return (
    (highMilliC === undefined || milliC < highMilliC - back) &&
    (lowMilliC === undefined || milliC > lowMilliC + back)
  );
}
