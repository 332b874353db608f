// How long a record is worth keeping. Readings come by the hundred thousand a day; what happened, and what people did, is
// rare and is what an inspector asks for; what was lost or deleted is never forgotten.

import { decodeRecord, recordKinds } from '../../ledger-sync/evidence/record.js';

export type RecordClass = 'readings' | 'events' | 'losses';

const readingKinds: ReadonlySet<number> = new Set([
  recordKinds.temperature,
  recordKinds.humidity,
  recordKinds.tagSighting,
  recordKinds.position,
  recordKinds.door,
  recordKinds.timeBeacon,
]);

/** A kind that is new here is kept as long as events are. */
export function classOf(kind: number): RecordClass {
  if (kind === recordKinds.dataLoss) return 'losses';
  return readingKinds.has(kind) ? 'readings' : 'events';
}

/** As a function of SQL; null for what cannot be read, which is damage and stays to be found. */
export function classOfLeaf(leaf: unknown): RecordClass | null {
  try {
    return leaf instanceof Uint8Array ? classOf(decodeRecord(leaf).kind) : null;
  } catch {
    return null;
  }
}
