// Which alerts the log bears out. An alert comes before its record after an outage, and after it when it is retained: both
// wait for each other here, a bounded number of them. An alert's detail must be the document whose hash the record holds.

import { equalBytes } from '../../ledger-sync/evidence/bytes.js';
import { EvidenceError } from '../../ledger-sync/evidence/evidence-error.js';
import { detailHash } from '../../ledger-sync/evidence/jcs.js';
import { type EvidenceRecord, recordKinds } from '../../ledger-sync/evidence/record.js';
import type { RecordEvent } from './client-event.js';
import { isObject, type JsonObject } from './json-value.js';
import { differingField } from './proven-page.js';
import type { ClaimedRecord } from './side-message.js';

const MOST = 1024;
/** Kinds that alerts are made of. */
const alertKinds: readonly number[] = [
  recordKinds.excursion,
  recordKinds.deviceCondition,
  recordKinds.tagAuthenticity,
  recordKinds.shipmentEvent,
];

/** An alert, and what the log says of it. */
export interface SettledAlert {
  readonly alertId: string;
  readonly isProven: boolean;
}

interface WaitingAlert {
  readonly alertId: string;
  readonly record: ClaimedRecord;
}

export class AlertProofs {
  /** Oldest first. More than one may claim a sequence: a forged one must not push the true one out. */
  #alerts: WaitingAlert[] = [];
  /** By kind, then by sequence: the verdicts on a thousand tags must not push an excursion out. */
  readonly #records = new Map(alertKinds.map((kind) => [kind, new Map<number, RecordEvent>()]));

  /** Whether the log bears it out; undefined if it has not brought the record yet. */
  settle(alertId: string, record: ClaimedRecord): boolean | undefined {
    const proven = [...this.#records.values()].flatMap((kept) => kept.get(record.sequence) ?? [])[0];
    if (proven) return isBorneOut(alertId, record, proven);
    this.#alerts.push({ alertId, record });
    if (this.#alerts.length > MOST) this.#alerts.shift();
    return undefined;
  }

  /** The alerts that waited for this record. */
  take(event: RecordEvent): SettledAlert[] {
    const { kind, sequence } = event.record;
    const kept = this.#records.get(kind);
    if (kept) keep(kept, event);
    const waited = this.#alerts.filter(({ record }) => record.sequence === sequence);
    if (waited.length === 0) return [];
    this.#alerts = this.#alerts.filter(({ record }) => record.sequence !== sequence);
    return waited.map(({ alertId, record }) => ({
      alertId,
      isProven: isBorneOut(alertId, record, event),
    }));
  }
}

function keep(kept: Map<number, RecordEvent>, event: RecordEvent): void {
  kept.set(event.record.sequence, event);
  const [oldest] = kept.keys();
  if (kept.size > MOST && oldest !== undefined) kept.delete(oldest);
}

function isBorneOut(alertId: string, { said }: ClaimedRecord, { readable, record }: RecordEvent): boolean {
  const { name, detail } = said;
  // A name may have been erased since, or not yet: it is no part of the record.
  const named = typeof name === 'string' ? { ...readable, name } : withoutName(readable);
  if (differingField(named, said) !== undefined || !isObject(detail)) return false;
  try {
    return equalBytes(detailHash(detail), record.detail) && isIdOf(alertId, record, detail);
  } catch (error) {
    if (error instanceof EvidenceError) return false;
    throw error;
  }
}

/** An excursion is an alert under its own id, a condition under the name of its device, what is about goods by its case. */
function isIdOf(alertId: string, { kind, sequence }: EvidenceRecord, detail: JsonObject): boolean {
  if (kind === recordKinds.excursion) return alertId === String(detail.excursionId ?? `sequence-${sequence}`);
  if (kind === recordKinds.deviceCondition) return alertId.endsWith(`-${detail.condition}`);
  return alertId === detail.case;
}

function withoutName(readable: RecordEvent['readable']): RecordEvent['readable'] {
  const { name: _name, ...rest } = readable;
  return rest;
}
