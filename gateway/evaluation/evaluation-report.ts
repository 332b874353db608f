// An evaluation as a document for programs. Minutes are from the first reading of the file, to the millisecond.

import type { AlarmProfile } from '../../config/alarm-profile.js';
import type { SensorEvaluation } from './series-evaluation.js';

/** Minutes with at most three decimals: a report is read in minutes, computed in milliseconds. */
function minutesOf(ms: number): number {
  return Math.round(ms / 60) / 1000;
}

/** The fields of one sensor and the worst over all of them. */
export function evaluationReport(profile: AlarmProfile, sensors: readonly SensorEvaluation[]) {
  const alarms = sensors
    .flatMap(({ sensor, alarms }) =>
      alarms.map(({ ruleId, atMs }) => ({ rule: ruleId, sensor, atMin: minutesOf(atMs) })),
    )
    .sort((a, b) => a.atMin - b.atMin);
  return {
    alarms,
    // The worst sensor, not the sum: two probes in one box do not double the time that the box was warm.
    minutesInViolation: violationMinutes(profile, sensors),
    unknownMinutes: minutesOf(Math.max(0, ...sensors.map(({ totals }) => totals.unknownMs))),
    ...worstMkt(sensors),
    profile: { name: profile.name, version: profile.version, hash: profile.hash },
    sensors: sensors.map((one) => sensorReport(profile, one)),
  };
}

export type EvaluationReport = ReturnType<typeof evaluationReport>;

function violationMinutes(profile: AlarmProfile, sensors: readonly SensorEvaluation[]) {
  return Object.fromEntries(
    profile.rules.map(({ id }): [string, number] => [
      id,
      minutesOf(Math.max(0, ...sensors.map(({ totals }) => totals.violationMs.get(id) ?? 0))),
    ]),
  );
}

interface MktFields {
  readonly mktCelsius: number | null;
  /** Only where there is none, or no single one. */
  readonly mktRefused?: string;
  /** null: no limit, or its window is not full. */
  readonly mktWithinLimit: boolean | null;
}

/** The warmest sensor; one that must not be told forbids the rest. */
function worstMkt(sensors: readonly SensorEvaluation[]): MktFields {
  const told = sensors.map(mktFields);
  const refused = told.find(({ mktCelsius }) => mktCelsius === null);
  if (refused) return refused;
  const worst = told.reduce((warmest, one) =>
    (one.mktCelsius ?? 0) > (warmest.mktCelsius ?? 0) ? one : warmest,
  );
  const limits = told.map(({ mktWithinLimit }) => mktWithinLimit);
  const mktWithinLimit = limits.includes(false) ? false : limits.includes(null) ? null : true;
  return { ...worst, mktWithinLimit };
}

function mktFields({ mkt: { answer, isWithinLimit } }: SensorEvaluation): MktFields {
  if (answer.kind === 'refused') {
    return { mktCelsius: null, mktRefused: answer.reason, mktWithinLimit: null };
  }
  return { mktCelsius: answer.mktMicroC / 1_000_000, mktWithinLimit: isWithinLimit ?? null };
}

function sensorReport(profile: AlarmProfile, evaluated: SensorEvaluation) {
  const { sensor, readings, faults, wasUnsorted, state, totals, gaps, budget } = evaluated;
  return {
    sensor,
    state,
    readings,
    faults,
    wasUnsorted,
    minutesInViolation: violationMinutes(profile, [evaluated]),
    unknownMinutes: minutesOf(totals.unknownMs),
    gaps: gaps.map(({ fromMs, toMs }) => ({ fromMin: minutesOf(fromMs), toMin: minutesOf(toMs) })),
    ...mktFields(evaluated),
    budget: budget
      ? {
          state: budget.state,
          allowsAutomaticRelease: budget.allowsAutomaticRelease,
          beyondMinutes: minutesOf(budget.beyondMs),
          bands: budget.bands.map(({ band, level, usedMs, allowanceMs }) => ({
            band,
            level,
            usedMinutes: minutesOf(usedMs),
            allowanceMinutes: minutesOf(allowanceMs),
          })),
        }
      : null,
  };
}
