// The detail document of an excursion record: which rule of which profile, since when, how far and how long, and what
// stands beside it (doors, defrosting, the probe's uncertainty). Pure.

import type { AlarmRule, Severity } from '../../config/alarm-profile.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { decideWithGuardBand } from './guard-band.js';
import { sideViolated } from './rule-limits.js';
import type { Telling } from './told-excursions.js';
import type { WatchTerms } from './watch-terms.js';

/** Moments of the judges' axis as the gateway's clock has them now. */
export type WallTime = (axisMs: number) => number;

/** What every document of a watch begins with. */
export function documentHead(
  { sensorId, profile }: WatchTerms,
  { event, id, rule, severity }: { event: string; id: string; rule: string; severity: Severity },
): DetailDocument {
  return {
    type: 'excursion',
    event,
    excursionId: id,
    sensor: sensorId,
    rule,
    severity,
    profile: profile.name,
    profileVersion: profile.version,
    profileHash: profile.hash,
  };
}

/** Of a rule of the profile. */
export function ruleDocument(
  terms: WatchTerms,
  rule: AlarmRule,
  { event, id, excursion }: Telling,
  wallTime: WallTime,
): DetailDocument {
  const { extremeMilliC, endedMs, outsideMs, openings, doorOpenMs, defrostMs } = excursion;
  const side = sideViolated(rule, extremeMilliC) ?? (rule.side === 'low' ? 'low' : 'high');
  const limitMilliC = (side === 'high' ? rule.highMilliC : rule.lowMilliC) ?? 0;
  return {
    ...documentHead(terms, { event, id, rule: rule.id, severity: rule.severity }),
    side,
    limitMilliC,
    inclusive: rule.inclusive,
    counted: rule.type,
    delayMs: rule.delayMs,
    startedAtMs: wallTime(excursion.sinceMs),
    firedAtMs: wallTime(excursion.firedAtMs),
    ...(endedMs === null ? {} : { endedAtMs: wallTime(endedMs) }),
    outsideMs: Math.round(outsideMs),
    extremeMilliC,
    openings,
    ...(doorOpenMs > 0 ? { doorOpenMs: Math.round(doorOpenMs) } : {}),
    ...(defrostMs > 0 ? { defrostMs: Math.round(defrostMs) } : {}),
    ...guard(terms, { side, limitMilliC, inclusive: rule.inclusive }, extremeMilliC),
  };
}

/** Whether the probe's uncertainty leaves a doubt that the limit was passed. It never takes the excursion back. */
function guard(
  { uncertaintyMilliC }: WatchTerms,
  limit: Parameters<typeof decideWithGuardBand>[1],
  extremeMilliC: number,
): DetailDocument {
  if (uncertaintyMilliC === undefined) return {};
  const { guarded } = decideWithGuardBand(extremeMilliC, limit, uncertaintyMilliC);
  return { uncertaintyMilliC, isBeyondUncertainty: guarded !== 'undecided' };
}
