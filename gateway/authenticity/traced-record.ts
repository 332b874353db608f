// Records of the log as the fold of tags takes them.

import { recordKinds } from '../../ledger-sync/evidence/record.js';
import type { DetailDocument } from '../sealing/draft-record.js';

/** What a record and a draft both tell. */
export interface TracedRecord {
  readonly kind: number;
  readonly subjectName: string;
  readonly shipmentName: string | undefined;
  readonly observedAtMs: number;
  readonly uptimeMs: number;
  readonly bootCount: number;
  readonly clockTrust: number;
  readonly detail: DetailDocument | undefined;
}

/** Kinds of records that the fold takes. */
export const tracedKinds: ReadonlySet<number> = new Set([
  recordKinds.tagSighting,
  recordKinds.position,
  recordKinds.shipmentEvent,
  // Of these the answers of makers' services.
  recordKinds.tagAuthenticity,
]);
