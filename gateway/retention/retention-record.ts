// The signed record of a deletion (kind 13): what goes, from where to where, and why. It is in the log before the first row
// leaves the file, and is never deleted itself.

import type { Arrival } from '../../firmware-bridge/observation.js';
import { recordKinds } from '../../ledger-sync/evidence/record.js';
import { draftOf, type RecordContext } from '../intake/record-mapper.js';
import type { PrunedClass, Span } from '../journal/pruned-spans.js';
import type { DetailDocument, DraftRecord } from '../sealing/draft-record.js';

const TYPE = 'retention';

export interface Deletion extends Span {
  readonly of: PrunedClass;
  readonly cause: 'age' | 'disk-nearly-full';
  /** What was younger was kept. */
  readonly keptDays: number;
}

/** Its value is the length of the span, of which events may be kept. It belongs to no shipment. */
export function retentionDraft(
  context: RecordContext,
  at: Arrival,
  { of, first, beyond, cause, keptDays }: Deletion,
): DraftRecord {
  const detail = { type: TYPE, deletes: of, first, last: beyond - 1, cause, keptDays };
  const draft = draftOf(context, {
    ...{ at, kind: recordKinds.dataLoss, subjectName: TYPE, value: beyond - first, detail },
  });
  return { ...draft, shipmentName: undefined };
}

/** The span that a detail document says is deleted; undefined where it says no such thing. */
export function deletedSpanOf(detail: DetailDocument): Span | undefined {
  const { type, first, last } = detail;
  if (type !== TYPE || typeof first !== 'number' || typeof last !== 'number') return undefined;
  return { first, beyond: last + 1 };
}
