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
const alertKinds: readonly number[] = [recordKinds.excursion, recordKinds.deviceCondition];

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
  readonly #records = new Map<number, RecordEvent>();

  /** Whether the log bears it out; undefined if it has not brought the record yet. */
  settle(alertId: string, record: ClaimedRecord): boolean | undefined {
    const proven = this.#records.get(record.sequence);
    if (proven) return isBorneOut(alertId, record, proven);
    this.#alerts.push({ alertId, record });
    if (this.#alerts.length > MOST) this.#alerts.shift();
    return undefined;
  }

  /** The alerts that waited for this record. */
  take(event: RecordEvent): SettledAlert[] {
    const { kind, sequence } = event.record;
    if (alertKinds.includes(kind)) this.#keep(event);
    const waited = this.#alerts.filter(({ record }) => record.sequence === sequence);
    if (waited.length === 0) return [];
    this.#alerts = this.#alerts.filter(({ record }) => record.sequence !== sequence);
    return waited.map(({ alertId, record }) => ({
      alertId,
      isProven: isBorneOut(alertId, record, event),
    }));
  }

  #keep(event: RecordEvent): void {
    this.#records.set(event.record.sequence, event);
    const [oldest] = this.#records.keys();
    if (this.#records.size > MOST && oldest !== undefined) this.#records.delete(oldest);
  }
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

/** An excursion is an alert under its own id, a condition under the name of its device. */
function isIdOf(alertId: string, { kind, sequence }: EvidenceRecord, detail: JsonObject): boolean {
  return kind === recordKinds.excursion
    ? alertId === String(detail.excursionId ?? `sequence-${sequence}`)
    : kind === recordKinds.deviceCondition && alertId.endsWith(`-${detail.condition}`);
}

function withoutName(readable: RecordEvent['readable']): RecordEvent['readable'] {
  const { name: _name, ...rest } = readable;
  return rest;
}
