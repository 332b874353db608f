// Runs series of readings through an alarm profile, each sensor by itself, with the judge that the gateway runs.

import type { AlarmProfile } from '../../config/alarm-profile.js';
import {
  type JudgeTotals,
  type ProbeReading,
  ProfileJudge,
  type RuleFired,
} from '../excursions/profile-judge.js';
import { type BudgetStatus, openBudget } from '../excursions/stability-budget.js';
import type { SensorReadings } from './readings-csv.js';
import { seriesEndMs } from './series-end.js';
import { type SeriesMkt, seriesMkt } from './series-mkt.js';

export interface Gap {
  /** From the first reading of the file: the last reading before the hole, and the first after it. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** All times are ms from the first reading of the file. */
export interface SensorEvaluation {
  readonly sensor: string;
  readonly readings: number;
  readonly faults: number;
  readonly wasUnsorted: boolean;
  readonly state: string;
  readonly alarms: readonly RuleFired[];
  readonly totals: JudgeTotals;
  readonly gaps: readonly Gap[];
  readonly mkt: SeriesMkt;
  /** undefined: the profile has no stability bands. */
  readonly budget: BudgetStatus | undefined;
}

/** One entry a sensor, in the order of `series`. */
export function evaluateSeries(profile: AlarmProfile, series: readonly SensorReadings[]): SensorEvaluation[] {
  const starts = series.map(({ readings }) => readings[0]?.observedAtMs ?? Number.POSITIVE_INFINITY);
  // Not Math.min(...): a file may have more sensors than a call has room for arguments.
  const startMs = starts.reduce((least, start) => Math.min(least, start), Number.POSITIVE_INFINITY);
  return series.map((one) => evaluateSensor(profile, one, startMs));
}

function evaluateSensor(
  profile: AlarmProfile,
  { sensor, readings, wasUnsorted }: SensorReadings,
  startMs: number,
): SensorEvaluation {
  const { intervalMs, maxGapMs, ignoreMs } = profile;
  const timed: ProbeReading[] = readings.map(({ observedAtMs, temperatureMilliC }) => ({
    timeMs: observedAtMs - startMs,
    temperatureMilliC,
  }));
  const times = timed.map(({ timeMs }) => timeMs);
  const endMs = seriesEndMs(times, intervalMs, maxGapMs);
  const judge = new ProfileJudge(profile);
  const alarms: RuleFired[] = [];
  for (const reading of timed) alarms.push(...judge.take(reading));
  alarms.push(...judge.passTime(endMs));
  const evaluated = timed.filter(({ timeMs }) => timeMs >= ignoreMs);
  return {
    sensor,
    readings: timed.length,
    faults: timed.filter(({ temperatureMilliC }) => temperatureMilliC === undefined).length,
    wasUnsorted,
    state: judge.state,
    alarms,
    totals: judge.totals,
    gaps: gapsOf(times, maxGapMs),
    mkt: seriesMkt(profile, evaluated, endMs),
    budget: budgetOf(profile, sensor, evaluated, endMs),
  };
}

function gapsOf(times: readonly number[], maxGapMs: number): Gap[] {
  return times.slice(1).flatMap((toMs, index) => {
    const fromMs = times[index] ?? toMs;
    return toMs - fromMs > maxGapMs ? [{ fromMs, toMs }] : [];
  });
}

/** As if the product were new: nothing is carried over from other legs. */
function budgetOf(
  { stability, maxGapMs }: AlarmProfile,
  sensor: string,
  readings: readonly ProbeReading[],
  endMs: number,
): BudgetStatus | undefined {
  if (stability.length === 0) return undefined;
  const names = { product: 'evaluated', shipment: 'evaluated', gateway: 'evaluated', sensor };
  const opened = openBudget({ ...names, bands: stability, maxGapMs }, []);
  if (!opened.ok) return undefined;
  const at = (timeMs: number) => ({ observedAtMs: timeMs, uptimeMs: timeMs, bootCount: 0 });
  for (const { timeMs, temperatureMilliC } of readings) {
    const isGood = temperatureMilliC !== undefined;
    opened.budget.take({ ...at(timeMs), temperatureMilliC: temperatureMilliC ?? 0, isGood });
  }
  opened.budget.take({ ...at(endMs), temperatureMilliC: 0, isGood: false });
  return opened.budget.status();
}
