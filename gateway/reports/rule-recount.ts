// Judges a probe's readings again, with the judges' own code and the profile in the signed order, from the shipment's
// records alone. What comes out is compared with what was signed at the time: a report shows where they differ. Pure.

import type { AlarmProfile } from '../../config/alarm-profile.js';
import { type Mark, ProbeFold } from '../excursions/probe-fold.js';
import type { JudgeTotals } from '../excursions/profile-judge.js';
import type { Excursion } from '../excursions/rule-excursions.js';
import type { ReadingColumns } from './reading-columns.js';

/** A contact on the axis. */
export interface PlacedMark {
  readonly axisMs: number;
  readonly mark: Mark;
  readonly isOn: boolean;
}

export interface RuleRecount {
  /** Id of the rule. */
  readonly rule: string;
  /** All of them, the oldest first; times on the axis. */
  readonly excursions: readonly Excursion[];
  /** In violation, whether the rule fired or not, up to the last reading. */
  readonly outsideMs: number;
  /** The longest stay in violation that was told as one excursion. */
  readonly longestMs: number;
  /** When the rule was fulfilled first, on the axis. */
  readonly firedAtMs: number | undefined;
}

export interface ProbeRecount {
  readonly rules: readonly RuleRecount[];
  /** Of which nobody can tell, up to the end. */
  readonly unknown: JudgeTotals['unknownByCauseMs'];
  /** MKT over the profile's window that ends at the last reading, micro-degrees; undefined: none, or refused. */
  readonly windowMktMicroC: number | undefined;
  readonly windowMktRefused: string | undefined;
}

export interface RecountTerms {
  readonly sensorId: string;
  readonly shipment: string;
  readonly profile: AlarmProfile;
  /** Until when time counts, on the axis. */
  readonly toMs: number;
}

/** @param columns placed @param marks by time */
export function recountProbe(
  columns: ReadingColumns,
  marks: readonly PlacedMark[],
  { sensorId, shipment, profile, toMs }: RecountTerms,
): ProbeRecount {
  const fold = new ProbeFold({ sensorId, shipment, profile, uncertaintyMilliC: undefined });
  const found = profile.rules.map((): Excursion[] => []);
  const turns = profile.rules.map(() => 0);
  let nextMark = 0;
  for (let place = 0; place < columns.size; place++) {
    const { axisMs, measuredAtMs, milliC, counts, doubt } = columns.at(place);
    for (let mark = marks[nextMark]; mark && mark.axisMs < axisMs; mark = marks[++nextMark]) {
      fold.mark(mark.mark, mark.isOn, mark.axisMs);
    }
    const temperatureMilliC = counts ? milliC : undefined;
    fold.take({ axisMs, observedAtMs: measuredAtMs, temperatureMilliC, isSuspect: false, doubt });
    for (let index = 0; index < fold.rules.length; index++) collect(fold, index, turns, found);
  }
  const startMs = fold.startMs ?? 0;
  const { violationMs } = fold.judge.totals;
  const rules = profile.rules.map(({ id: rule }, index): RuleRecount => {
    const excursions = (found[index] ?? []).map((one) => onAxis(one, startMs));
    return {
      ...{ rule, excursions },
      outsideMs: Math.round(violationMs.get(rule) ?? 0),
      longestMs: Math.round(excursions.reduce((longest, { outsideMs }) => Math.max(longest, outsideMs), 0)),
      firedAtMs: excursions[0]?.firedAtMs,
    };
  });
  if (columns.size > 0) fold.judge.passTime(Math.max(toMs, fold.lastMs ?? toMs) - startMs);
  const answer = fold.mkt?.answer();
  return {
    rules,
    unknown: fold.judge.totals.unknownByCauseMs,
    windowMktMicroC: answer?.kind === 'mkt' ? answer.mktMicroC : undefined,
    windowMktRefused: answer?.kind === 'refused' ? answer.reason : undefined,
  };
}

/** The fold keeps eight and lets them grow in place: each is held here from its opening on. */
function collect(fold: ProbeFold, index: number, turns: number[], found: readonly Excursion[][]): void {
  const rule = fold.rules[index];
  const list = found[index];
  if (!rule || !list || rule.turns === turns[index]) return;
  turns[index] = rule.turns;
  const newest = rule.list.at(-1);
  if (newest && list.at(-1) !== newest) list.push(newest);
}

function onAxis(excursion: Excursion, startMs: number): Excursion {
  const { sinceMs, firedAtMs, endedMs } = excursion;
  return {
    ...excursion,
    sinceMs: startMs + sinceMs,
    firedAtMs: startMs + firedAtMs,
    endedMs: endedMs === null ? null : startMs + endedMs,
  };
}
