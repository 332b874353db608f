// What a record means to the judges: a reading, a mark, or word of what became of a suspect reading. The same for a
// draft that is about to be sealed and for a record of the log, so that judging again sees what was judged. Pure.

import { qualityCodes, recordKinds } from '../../ledger-sync/evidence/record.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import type { JudgeClock, Moment } from './judge-clock.js';
import type { FoldReading, SuspectOutcome } from './probe-fold.js';

/** What a draft and a stored record both tell. */
export interface JudgedRecord extends Moment {
  readonly kind: number;
  readonly subjectName: string;
  readonly value: number;
  readonly quality: number;
  readonly detail: DetailDocument | undefined;
}

export type JudgedInput =
  | { readonly kind: 'reading'; readonly sensorId: string; readonly reading: FoldReading }
  | {
      readonly kind: 'contact';
      readonly sensorId: string;
      readonly axisMs: number;
      readonly isOpen: boolean;
    }
  | {
      readonly kind: 'resolution';
      readonly sensorId: string;
      readonly axisMs: number;
      readonly outcome: SuspectOutcome;
    };

/** The reading of a sensor that keeps what it could not send, with its own time. */
export const backlogType = 'backlog-reading';
export const resolutionType = 'reading-resolved';

/** Kinds of records that may be an input. */
export const judgedKinds: ReadonlySet<number> = new Set([
  recordKinds.temperature,
  recordKinds.door,
  recordKinds.deviceCondition,
]);

const outcomes: ReadonlySet<unknown> = new Set<SuspectOutcome>(['confirmed', 'refuted', 'unresolved']);
const withNumber: ReadonlySet<number> = new Set([
  qualityCodes.good,
  qualityCodes['suspect-rate'],
  qualityCodes['calibration-expired'],
]);

/** undefined: the judges have no use for it, or it is of a boot that they have forgotten. */
export function inputOf(record: JudgedRecord, clock: JudgeClock): JudgedInput | undefined {
  const { kind, subjectName: sensorId, detail } = record;
  if (kind === recordKinds.temperature) return readingOf(record, clock);
  const axisMs = clock.at(record);
  if (axisMs === undefined) return undefined;
  if (kind === recordKinds.door) {
    // A contact that cannot be read opens nothing and shuts nothing.
    if (record.quality !== qualityCodes.good) return undefined;
    return { kind: 'contact', sensorId, axisMs, isOpen: record.value !== 0 };
  }
  if (kind !== recordKinds.deviceCondition || detail?.type !== resolutionType) return undefined;
  const outcome = outcomes.has(detail.outcome) ? (detail.outcome as SuspectOutcome) : 'unresolved';
  return { kind: 'resolution', sensorId, axisMs, outcome };
}

function readingOf(record: JudgedRecord, clock: JudgeClock): JudgedInput | undefined {
  const { quality } = record;
  const arrivedMs = clock.at(record);
  if (arrivedMs === undefined) return undefined;
  const isExpired = quality === qualityCodes['calibration-expired'];
  const reading: FoldReading = {
    axisMs: arrivedMs - ageMs(record),
    observedAtMs: record.observedAtMs - ageMs(record),
    temperatureMilliC: withNumber.has(quality) ? record.value : undefined,
    isSuspect: quality === qualityCodes['suspect-rate'],
    doubt: isExpired ? 'calibration' : record.clockTrust === 0 ? 'clock' : undefined,
  };
  return { kind: 'reading', sensorId: record.subjectName, reading };
}

/** How old a reading was when it arrived; of a stale one nobody knows. */
function ageMs({ observedAtMs, quality, detail }: JudgedRecord): number {
  if (quality === qualityCodes.stale || detail?.type !== backlogType) return 0;
  return typeof detail.measuredAtMs === 'number' ? Math.max(0, observedAtMs - detail.measuredAtMs) : 0;
}
