// How a probe stands: OK needs a reason, and what is not known is not OK. The judges decide what an excursion is; here their
// word is put together with how old and how trustworthy the last reading is.

import { qualityCodes } from '../../../ledger-sync/evidence/record.js';
import type { WatchTerms } from '../../excursions/watch-terms.js';
import type { ProbeNow } from '../api/now.js';
import { hasNumber } from '../index/span.js';
import { tightestOf } from './terms-in-force.js';

export interface NewestReading {
  readonly atMs: number;
  readonly value: number;
  readonly quality: number;
}

export interface ProbeFacts {
  readonly sensorId: string;
  readonly quantity: ProbeNow['quantity'];
  readonly newest: NewestReading | undefined;
  readonly terms: WatchTerms | undefined;
  /** An excursion of the probe goes on, by the judges. */
  readonly isOutside: boolean;
  /** By the gateway's own clock now: without one nobody knows how old anything is. */
  readonly isClockTrusted: boolean;
  readonly nowMs: number;
}

type State = Pick<ProbeNow, 'state' | 'stateReason'>;

/** Where nobody has said how long a hole may be. */
const DEFAULT_GAP_MS = 600_000;

const qualityNames = new Map<number, string>(
  Object.entries(qualityCodes).map(([name, code]) => [code, name]),
);
const qualityNameOf = (code: number): string => qualityNames.get(code) ?? `quality-${code}`;

const unknownFor = (stateReason: State['stateReason']): State => ({ state: 'unknown', stateReason });

/** An excursion is told first: that the probe has fallen silent since does not make it good. */
function stateOf({ newest, terms, isOutside, isClockTrusted, nowMs, quantity }: ProbeFacts): State {
  if (isOutside) return { state: 'excursion', stateReason: 'excursion' };
  if (!newest) return unknownFor('no-reading');
  if (nowMs - newest.atMs > (terms?.profile.maxGapMs ?? DEFAULT_GAP_MS)) return unknownFor('old');
  const { quality } = newest;
  if (quality === qualityCodes['calibration-expired']) return unknownFor('calibration');
  if (quality === qualityCodes['suspect-rate']) return unknownFor('suspect');
  if (quality !== qualityCodes.good) return unknownFor('fault');
  if (!isClockTrusted) return unknownFor('clock');
  if (!terms || quantity !== 'temperature') return unknownFor('no-limits');
  return { state: 'ok', stateReason: 'within-limits' };
}

/** All but what needs the last hour and the device. */
export function probeNow(
  facts: ProbeFacts,
): Omit<ProbeNow, 'recent' | 'trendMilliPerHour' | 'shipment' | 'deviceId'> {
  const { sensorId, quantity, newest, terms, nowMs } = facts;
  return {
    ...{ sensorId, quantity, ...stateOf(facts), ...tightestOf(terms?.profile) },
    valueMilli: newest && hasNumber(newest.quality) ? newest.value : null,
    observedAtMs: newest?.atMs ?? null,
    ageMs: newest ? Math.max(0, nowMs - newest.atMs) : null,
    quality: newest ? qualityNameOf(newest.quality) : null,
    maxGapMs: terms?.profile.maxGapMs ?? null,
  };
}
