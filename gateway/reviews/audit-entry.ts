// One line of the audit trail: what happened, to what, when, and by whom, from a record whose place and words were
// checked. Readings and positions are no part of it: they are the data, not what was done to them.

import { readableOf } from '../../ledger-sync/evidence/readable.js';
import { type EvidenceRecord, recordKinds } from '../../ledger-sync/evidence/record.js';
import type { DetailDocument, DetailValue } from '../sealing/draft-record.js';
import type { CheckedRecord } from './checked-record.js';

export interface AuditActor {
  readonly name: string;
  readonly printedName: string | undefined;
  readonly role: string | undefined;
  /** The request carried an electronic signature; it stands in the detail. */
  readonly isSigned: boolean;
}

export interface AuditEntry {
  readonly sequence: number;
  /** ISO 8601, UTC: when it was made. */
  readonly observedAt: string;
  /** What the gateway's clock said then, where a later record says that it was wrong. */
  readonly recordedAt: string | undefined;
  /** Of recordKinds, or `kind-N`. */
  readonly kind: string;
  /** What the detail calls itself, such as `alert-signed`. */
  readonly type: string | undefined;
  /** undefined: erased. */
  readonly subject: string | undefined;
  /** 32 hex digits; the signed form of the subject. */
  readonly subjectHash: string;
  readonly shipment: string | undefined;
  readonly by: AuditActor | undefined;
  readonly value: number;
  readonly quality: string;
  /** `missing`: it was erased, and the log still proves that it was there. */
  readonly detail: DetailDocument | 'missing' | undefined;
}

/** What is looked for; an absent member lets all pass. */
export interface AuditFilter {
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  /** Names of kinds of records, or types of their details. */
  readonly kinds?: readonly string[] | undefined;
  readonly subject?: string | undefined;
  readonly actor?: string | undefined;
  readonly shipment?: string | undefined;
}

const kindNames = new Map<number, string>(Object.entries(recordKinds).map(([name, code]) => [code, name]));
const data: ReadonlySet<number> = new Set([
  recordKinds.temperature,
  recordKinds.humidity,
  recordKinds.tagSighting,
  recordKinds.position,
  recordKinds.door,
  recordKinds.timeBeacon,
]);

/** Whether a record, with the time at which it was made, may be an entry, as far as the leaf alone tells; newer kinds are. */
export function mayEnter({ fromMs, toMs, kinds }: AuditFilter): (record: EvidenceRecord) => boolean {
  const names = new Set(kinds);
  const areAllKinds = [...names].every((name) => Object.hasOwn(recordKinds, name));
  return ({ kind, observedAtMs }) => {
    if (observedAtMs < (fromMs ?? 0) || observedAtMs > (toMs ?? Number.POSITIVE_INFINITY)) return false;
    if (kinds && names.has(kindNames.get(kind) ?? `kind-${kind}`)) return true;
    return !data.has(kind) && !(kinds && areAllKinds);
  };
}

/** Whether an entry is what is looked for. */
export function isWanted({ kinds, subject, actor, shipment }: AuditFilter, entry: AuditEntry): boolean {
  if (kinds && !kinds.includes(entry.kind) && !(entry.type !== undefined && kinds.includes(entry.type))) {
    return false;
  }
  if (subject !== undefined && entry.subject !== subject && entry.subjectHash !== subject) return false;
  if (actor !== undefined && entry.by?.name !== actor) return false;
  return shipment === undefined || entry.shipment === shipment;
}

const textOf = (value: DetailValue | undefined) => (typeof value === 'string' ? value : undefined);

function isDocument(value: DetailValue | undefined): value is DetailDocument {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function actorOf(by: DetailValue | undefined): AuditActor | undefined {
  if (!isDocument(by)) return undefined;
  const { name, printedName, role, signature } = by;
  return {
    name: textOf(name) ?? '',
    printedName: textOf(printedName),
    role: textOf(role),
    isSigned: signature !== undefined,
  };
}

/** The record as an entry. */
export function entryOf({ record, recordedAtMs, name, shipment, detail }: CheckedRecord): AuditEntry {
  const { sequence, observedAt, kind, subject, value, quality } = readableOf(record, name);
  const document = detail === 'missing' ? undefined : detail;
  return {
    ...{ sequence, observedAt, kind, type: textOf(document?.type) },
    recordedAt: recordedAtMs === undefined ? undefined : new Date(recordedAtMs).toISOString(),
    ...{ subject: name, subjectHash: subject, shipment, by: actorOf(document?.by), value, quality, detail },
  };
}
