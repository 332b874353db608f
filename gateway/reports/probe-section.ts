// One probe of a report: its certificate, what its readings come to, and each rule as it was signed and as it is found
// again. Pure.

import type { AlarmProfile, AlarmRule } from '../../config/alarm-profile.js';
import { numberOf, sectionOf, textOf } from '../epcis/source-record.js';
import { type Calibration, calibrationDoubt } from '../excursions/calibration.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import type { BootAxis } from './boot-axis.js';
import { qualityName } from './code-names.js';
import type { ToldExcursion } from './excursion-fold.js';
import { type ProbeStatistics, probeStatistics } from './probe-statistics.js';
import type { ReadingColumns } from './reading-columns.js';
import type { ProbeReport } from './report-schema.js';
import { type PlacedMark, type ProbeRecount, type RuleRecount, recountProbe } from './rule-recount.js';
import { instantOf } from './utc.js';

export interface ProbeTerms {
  readonly sensor: string;
  readonly shipment: string;
  readonly profile: AlarmProfile | undefined;
  readonly calibration: Calibration | undefined;
  readonly told: readonly ToldExcursion[];
  /** The summary that was signed when the watch ended. */
  readonly judged: DetailDocument | undefined;
  readonly marks: readonly PlacedMark[];
  readonly axis: BootAxis;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Longer lists tell a person nothing; the CSV has every reading. */
const MAX_GAPS = 100;
/** A judge's axis and the wall clock of a record are rounded apart. */
const TIME_TOLERANCE_MS = 1000;

const unjudged: ProbeRecount = {
  rules: [],
  unknown: { gap: 0, fault: 0, calibration: 0, clock: 0 },
  windowMktMicroC: undefined,
  windowMktRefused: undefined,
};

/** @param columns placed */
export function probeSection(columns: ReadingColumns, terms: ProbeTerms): ProbeReport {
  const { sensor, profile, fromMs, toMs, marks, shipment, judged } = terms;
  const statistics = probeStatistics(columns, { profile, fromMs, toMs });
  const recount = profile
    ? recountProbe(columns, marks, { sensorId: sensor, shipment, profile, toMs })
    : unjudged;
  const section = {
    sensor,
    calibration: calibrationOf(terms.calibration, statistics),
    ...pointsOf(statistics),
    mkt:
      statistics.mkt.kind === 'mkt'
        ? { mktMicroC: statistics.mkt.mktMicroC }
        : { refused: statistics.mkt.reason },
    windowMkt: profile?.mkt && { mktMicroC: recount.windowMktMicroC, refused: recount.windowMktRefused },
    gaps: gapsOf(statistics, terms.axis),
    unknownMs: Object.fromEntries(
      Object.entries(unknownOf(recount, statistics, terms)).map(([cause, ms]) => [cause, Math.round(ms)]),
    ),
    rules: (profile?.rules ?? []).map((rule, index) => ruleOf(rule, recount.rules[index], terms)),
    budgets: budgetsOf(judged),
  };
  return section as ProbeReport;
}

/** A probe that never spoke is unknown all the time. */
function unknownOf({ unknown }: ProbeRecount, { points }: ProbeStatistics, { fromMs, toMs }: ProbeTerms) {
  return points === 0 ? { ...unknown, gap: Math.max(0, toMs - fromMs) } : unknown;
}

function pointsOf({ points, counted, late, faults, ...rest }: ProbeStatistics) {
  const { firstAtMs, lastAtMs, intervalMs, lowest, highest, meanMilliC, deviationMilliC } = rest;
  const extreme = (one: ProbeStatistics['lowest']) => one && { milliC: one.milliC, at: instantOf(one.atMs) };
  return {
    ...{ points, counted, late },
    faults: Object.fromEntries([...faults].map(([quality, number]) => [qualityName(quality), number])),
    firstAt: firstAtMs === undefined ? undefined : instantOf(firstAtMs),
    lastAt: lastAtMs === undefined ? undefined : instantOf(lastAtMs),
    intervalMs,
    lowest: extreme(lowest),
    highest: extreme(highest),
    ...{ meanMilliC, deviationMilliC },
  };
}

function calibrationOf(calibration: Calibration | undefined, { firstAtMs, lastAtMs }: ProbeStatistics) {
  if (!calibration) return undefined;
  const { serial, certificate, calibratedOn, dueOn, uncertaintyMilliC } = calibration;
  const isValid = [firstAtMs, lastAtMs].every(
    (ms) => ms !== undefined && calibrationDoubt(calibration, ms) === undefined,
  );
  return { serial, certificate, calibratedOn, dueOn, uncertaintyMilliC, isValid };
}

function gapsOf({ gaps }: ProbeStatistics, axis: BootAxis) {
  const lengths = gaps.map(({ fromMs, toMs }) => Math.round(toMs - fromMs));
  return {
    count: gaps.length,
    totalMs: lengths.reduce((sum, ms) => sum + ms, 0),
    longestMs: lengths.reduce((longest, ms) => Math.max(longest, ms), 0),
    shown: gaps.slice(0, MAX_GAPS).map(({ fromMs, toMs }) => ({
      fromAt: instantOf(axis.wallOf(fromMs)),
      toAt: instantOf(axis.wallOf(toMs)),
      durationMs: Math.round(toMs - fromMs),
    })),
  };
}

/** The limits of a rule as a report tells them. */
export function ruleLimits({
  id,
  side,
  highMilliC,
  lowMilliC,
  inclusive,
  type,
  delayMs,
  severity,
}: AlarmRule) {
  return { rule: id, side, highMilliC, lowMilliC, inclusive, type, delayMs, severity };
}

function ruleOf(rule: AlarmRule, found: RuleRecount | undefined, { told, judged, axis, sensor }: ProbeTerms) {
  const mine = told.filter((one) => one.rule === rule.id && one.sensor === sensor && !one.isWithdrawn);
  const firedMs = mine.flatMap(({ firedAtMs }) => (firedAtMs === undefined ? [] : [firedAtMs]));
  const firstMs = firedMs.length === 0 ? undefined : firedMs.reduce((least, ms) => Math.min(least, ms));
  const foundMs = found?.firedAtMs === undefined ? undefined : axis.wallOf(found.firedAtMs);
  const signedOutsideMs = numberOf(sectionOf(judged?.outsideMs)[rule.id]);
  const outsideMs = found?.outsideMs ?? 0;
  const differences = [
    ...(mine.length === (found?.excursions.length ?? 0) ? [] : ['count']),
    ...(isNear(firstMs, foundMs) ? [] : ['first-triggered']),
    ...(judged === undefined || isNear(signedOutsideMs, outsideMs) ? [] : ['outside']),
  ];
  return {
    ...ruleLimits(rule),
    signed: {
      count: mine.length,
      longestMs: mine.reduce((longest, one) => Math.max(longest, one.outsideMs ?? 0), 0),
      firstTriggeredAt: firstMs === undefined ? undefined : instantOf(firstMs),
      outsideMs: signedOutsideMs,
    },
    recomputed: {
      count: found?.excursions.length ?? 0,
      longestMs: found?.longestMs ?? 0,
      firstTriggeredAt: foundMs === undefined ? undefined : instantOf(foundMs),
      outsideMs,
    },
    differences,
  };
}

function isNear(one: number | undefined, other: number | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return Math.abs(one - other) <= TIME_TOLERANCE_MS;
}

function budgetsOf(judged: DetailDocument | undefined) {
  const listed = judged?.budgets;
  if (!Array.isArray(listed)) return [];
  return listed.map(sectionOf).map(({ product, state, allowsAutomaticRelease, bands }) => ({
    product: textOf(product) ?? '',
    state: textOf(state) ?? '',
    allowsAutomaticRelease: allowsAutomaticRelease === true,
    bands: (Array.isArray(bands) ? bands : []).map(sectionOf).map((band) => ({
      band: textOf(band.band) ?? '',
      level: textOf(band.level) ?? '',
      usedMs: numberOf(band.usedMs) ?? 0,
      allowanceMs: numberOf(band.allowanceMs) ?? 0,
    })),
  }));
}
