// Whether two sensors that should say alike contradict each other for longer than a passing difference. Pure.

import type { ReadingReference } from './rate-check.js';
import { elapsedMs } from './reading-time.js';

export interface DisagreementLimit {
  readonly limitMilliC: number;
  /** So long without a break before it is told. */
  readonly delayMs: number;
}

/** Plain JSON. */
export interface Dispute {
  readonly sibling: string;
  /** The reading with which it began. */
  readonly since: ReadingReference;
  readonly isTold: boolean;
}

export interface DisputeJudgement {
  readonly dispute: Dispute | undefined;
  readonly told: 'disagreement' | 'agreement' | undefined;
}

/** Compares a reading with the last one of a sibling. */
export function judgeDispute(
  { limitMilliC, delayMs }: DisagreementLimit,
  before: Dispute | undefined,
  reading: ReadingReference,
  sibling: { readonly sensorId: string; readonly latest: ReadingReference },
): DisputeJudgement {
  const isApart = Math.abs(reading.temperatureMilliC - sibling.latest.temperatureMilliC) > limitMilliC;
  if (!isApart) return { dispute: undefined, told: before?.isTold ? 'agreement' : undefined };
  const dispute = before ?? { sibling: sibling.sensorId, since: reading, isTold: false };
  if (dispute.isTold || elapsedMs(dispute.since, reading) < delayMs) return { dispute, told: undefined };
  return { dispute: { ...dispute, isTold: true }, told: 'disagreement' };
}
