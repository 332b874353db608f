// The temperatures that a transport may have, as three papers tell them: the label of the logistic unit, the order,
// and the alarm profile. Where they differ two persons must say which holds, and the profile is bent to that range.

import type { AlarmProfile, AlarmRule } from '../../config/alarm-profile.js';
import { says } from '../../config/fields.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { profileHash } from './profile-document.js';
import { section, temperature } from './shipment-fields.js';

/** A side that is absent is not told. */
export const rangeSchema = section(
  { lowMilliC: temperature.exactOptional(), highMilliC: temperature.exactOptional() },
  'range: { lowMilliC: 2000, highMilliC: 8000 }',
).refine(isPossible, says('lowMilliC below highMilliC', 'range: { lowMilliC: 2000, highMilliC: 8000 }'));

export interface TransportRange {
  readonly lowMilliC?: number;
  readonly highMilliC?: number;
}

/** Which paper holds. The order is the profile's range, with what the order itself tells in its place. */
export const rangeSources = ['label', 'order'] as const;
export type RangeSource = (typeof rangeSources)[number];

const isTold = (milliC: number | undefined): milliC is number => milliC !== undefined;

/** The tightest limits of a profile: what lies inside violates none of its rules. */
export function rangeOfProfile({ rules }: Pick<AlarmProfile, 'rules'>): TransportRange {
  const highs = rules.map(({ highMilliC }) => highMilliC).filter(isTold);
  const lows = rules.map(({ lowMilliC }) => lowMilliC).filter(isTold);
  return {
    ...(lows.length === 0 ? {} : { lowMilliC: Math.max(...lows) }),
    ...(highs.length === 0 ? {} : { highMilliC: Math.min(...highs) }),
  };
}

/** Whether `told` says anything that `known` does not say too. */
export function differs(told: TransportRange, known: TransportRange): boolean {
  const { lowMilliC = known.lowMilliC, highMilliC = known.highMilliC } = told;
  return lowMilliC !== known.lowMilliC || highMilliC !== known.highMilliC;
}

/** Whether some temperature lies between the sides that are told. */
export function isPossible({ lowMilliC, highMilliC }: TransportRange): boolean {
  return lowMilliC === undefined || highMilliC === undefined || lowMilliC < highMilliC;
}

function bent(rule: AlarmRule, before: TransportRange, now: TransportRange): AlarmRule {
  let { lowMilliC, highMilliC } = rule;
  if (highMilliC !== undefined && now.highMilliC !== undefined) {
    const isTightest = highMilliC === before.highMilliC;
    highMilliC = isTightest ? now.highMilliC : Math.max(highMilliC, now.highMilliC);
  }
  if (lowMilliC !== undefined && now.lowMilliC !== undefined) {
    const isTightest = lowMilliC === before.lowMilliC;
    lowMilliC = isTightest ? now.lowMilliC : Math.min(lowMilliC, now.lowMilliC);
  }
  return { ...rule, lowMilliC, highMilliC };
}

/** No grace where nobody has written one down: the rule fires at the first reading outside. */
function freshRule(side: 'low' | 'high', milliC: number, takenIds: ReadonlySet<string>): AlarmRule {
  let id = `range-${side}`;
  while (takenIds.has(id)) id = `${id}-2`;
  return {
    id,
    side,
    highMilliC: side === 'high' ? milliC : undefined,
    lowMilliC: side === 'low' ? milliC : undefined,
    inclusive: false,
    type: 'single',
    delayMs: 0,
    clearHysteresisMilliC: 0,
    severity: 'major',
  };
}

/**
 * The profile with `range` as its tightest limits: rules at the old ones move to the new ones, and none is left inside
 * the new range; delays and severities stay. A side that no rule watched gets one. Stability bands and the mean
 * kinetic temperature are the product's own and stay. The same profile comes back where nothing changes.
 * @param range possible, with both sides where it tells both
 * @param source ends the version, so that no two contents go by one name
 */
export function profileWithRange(
  profile: AlarmProfile,
  range: TransportRange,
  source: RangeSource,
): AlarmProfile {
  const before = rangeOfProfile(profile);
  if (!differs(range, before)) return profile;
  const takenIds = new Set(profile.rules.map(({ id }) => id));
  const missing = (['low', 'high'] as const).flatMap((side) => {
    const milliC = side === 'low' ? range.lowMilliC : range.highMilliC;
    const known = side === 'low' ? before.lowMilliC : before.highMilliC;
    return milliC === undefined || known !== undefined ? [] : [freshRule(side, milliC, takenIds)];
  });
  const rules = [...profile.rules.map((rule) => bent(rule, before, range)), ...missing];
  const content = { ...profile, version: `${profile.version}+${source}-range`, rules };
  return { ...content, hash: profileHash(content) };
}

/** The range for a record. */
export function rangeDocument({ lowMilliC, highMilliC }: TransportRange): DetailDocument {
  return {
    ...(lowMilliC === undefined ? {} : { lowMilliC }),
    ...(highMilliC === undefined ? {} : { highMilliC }),
  };
}

/** `2 to 8 degC`. */
export function rangeText({ lowMilliC, highMilliC }: TransportRange): string {
  const degrees = (milliC: number | undefined) => (milliC === undefined ? 'any' : `${milliC / 1000}`);
  return `${degrees(lowMilliC)} to ${degrees(highMilliC)} degC`;
}
