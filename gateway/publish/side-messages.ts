// What a page of the log means for the topics beside .../log: alerts from excursion records, and the latest
// reading of each sensor. Derived from signed records only, so nothing is said here that the log does not hold.

import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { readableOf } from '../../ledger-sync/evidence/readable.js';
import { type EvidenceRecord, recordKinds } from '../../ledger-sync/evidence/record.js';
import { isAlarming } from '../authenticity/finding.js';
import { isInventoryAlert } from '../inventory/inventory-document.js';
import { isIndexed } from '../journal/alert-index.js';
import type { StoredBatch } from '../journal/batch-rows.js';
import { isQuarantineAlert } from '../trials/quarantine.js';
import type { NameOf } from './known-names.js';
import type { GatewayTopics } from './topics.js';

export interface SideMessage {
  readonly topic: string;
  readonly payload: string;
  readonly isRetained: boolean;
}

/** The detail document of a record as text, if the journal still holds it. */
export type DetailOf = (record: Pick<EvidenceRecord, 'sequence' | 'detail'>) => string | undefined;

/** Conditions that a person must hear of at once: what a device says may no longer mean what it did, or the card fails. */
const alertConditions: readonly unknown[] = [
  'calibration-changed',
  'device-changed',
  'damaged-journal',
  'slow-card',
];

interface Detail {
  readonly type?: unknown;
  readonly alert?: unknown;
  readonly state?: unknown;
  readonly severity?: unknown;
  readonly level?: unknown;
  readonly isEscalated?: unknown;
  readonly meaning?: unknown;
  readonly result?: unknown;
  readonly excursionId?: unknown;
  readonly condition?: unknown;
  readonly case?: unknown;
  readonly verdict?: unknown;
  readonly before?: unknown;
  readonly event?: unknown;
}

/** The name under which a record is an alert; undefined where it is none. */
function alertIdOf(record: EvidenceRecord, name: string | undefined, detail: Detail): string | undefined {
  if (record.kind === recordKinds.excursion)
    return String(detail.excursionId ?? `sequence-${record.sequence}`);
  if (record.kind === recordKinds.tagAuthenticity) {
    const isAlert = isAlarming(detail.verdict) || isAlarming(detail.before);
    return isAlert && typeof detail.case === 'string' ? detail.case : undefined;
  }
  if (record.kind === recordKinds.shipmentEvent) {
    const isAlert = isInventoryAlert(detail) || isQuarantineAlert(detail);
    return isAlert && typeof detail.case === 'string' ? detail.case : undefined;
  }
  const isAlert = record.kind === recordKinds.deviceCondition && alertConditions.includes(detail.condition);
  return isAlert ? `${name ?? `sequence-${record.sequence}`}-${detail.condition}` : undefined;
}

/** Where the matter stands with people: who they are is for the log. */
function reviewMessage(
  topics: GatewayTopics,
  record: EvidenceRecord,
  name: string | undefined,
  alertId: string,
  { type, state, severity, level, isEscalated, meaning, result }: Detail,
): SideMessage {
  const told = { type, state, severity, level, isEscalated, meaning, result };
  return {
    topic: topics.alertReview(alertId),
    payload: JSON.stringify({ version: 1, ...readableOf(record, name), alertId, ...told }),
    isRetained: true,
  };
}

/** What a record is to people: an alert, how one stands, or nothing. The same excursion keeps its topic. */
export function alertMessages(
  topics: GatewayTopics,
  record: EvidenceRecord,
  nameOf: NameOf,
  detailOf: DetailOf,
): SideMessage[] {
  if (!isIndexed(record.kind)) return [];
  // The gateway's own document; one that is gone says nothing.
  const detail = JSON.parse(detailOf(record) ?? '{}') as Detail;
  const name = nameOf(record.subject);
  if (record.kind === recordKinds.review) {
    return typeof detail.alert === 'string'
      ? [reviewMessage(topics, record, name, detail.alert, detail)]
      : [];
  }
  const alertId = alertIdOf(record, name, detail);
  if (alertId === undefined) return [];
  // Brokers keep alerts; the serial of a pack and the name of a shipment are for the log.
  const shownName = namelessKinds.includes(record.kind) ? undefined : name;
  const payload = JSON.stringify({ version: 1, ...readableOf(record, shownName), alertId, detail });
  return [{ topic: topics.alert(alertId), payload, isRetained: true }];
}

const namelessKinds: readonly number[] = [recordKinds.tagAuthenticity, recordKinds.shipmentEvent];
const sensorKinds: readonly number[] = [recordKinds.temperature, recordKinds.humidity, recordKinds.door];

/** The newest reading of a sensor; undefined for other records, and for a sensor whose name was erased. */
export function latestMessage(
  topics: GatewayTopics,
  record: EvidenceRecord,
  nameOf: NameOf,
): SideMessage | undefined {
  if (!sensorKinds.includes(record.kind)) return undefined;
  const name = nameOf(record.subject);
  if (name === undefined) return undefined;
  const payload = JSON.stringify({ version: 1, ...readableOf(record, name) });
  return { topic: topics.sensor(name), payload, isRetained: true };
}

/** Whether the gateway is there; also as its last will. */
export function statusPayload(gateway: Uint8Array, gatewayName: string, isOnline: boolean): string {
  return JSON.stringify({ version: 1, online: isOnline, gateway: `0x${toHex(gateway)}`, gatewayName });
}

/** What became of the newest batch header. */
export interface BatchState {
  readonly gateway: Uint8Array;
  readonly batch: StoredBatch;
  /** signed, sent, included, safe or finalized. */
  readonly stage: string;
  readonly transactionHash: string | undefined;
  readonly blockNumber: number | undefined;
}

/** A signed header that a relay lacks: what `batch` says of it, but for what became of it. */
export function headerMessage(topics: GatewayTopics, gateway: Uint8Array, batch: StoredBatch): SideMessage {
  const payload = JSON.stringify(headerFields(gateway, batch));
  return { topic: topics.header, payload, isRetained: false };
}

function headerFields(gateway: Uint8Array, batch: StoredBatch) {
  return {
    version: 1,
    gateway: `0x${toHex(gateway)}`,
    chainId: batch.chain_id,
    contract: `0x${toHex(batch.contract)}`,
    seq: batch.seq,
    size: batch.size,
    prev: toHex(batch.prev),
    root: toHex(batch.root),
    meta: toHex(batch.meta),
    signature: toHex(batch.signature),
  };
}

export function batchMessage(topics: GatewayTopics, state: BatchState): SideMessage {
  return {
    topic: topics.batch,
    isRetained: true,
    payload: JSON.stringify({
      ...headerFields(state.gateway, state.batch),
      state: state.stage,
      ...(state.transactionHash ? { transactionHash: state.transactionHash } : {}),
      ...(state.blockNumber === undefined ? {} : { blockNumber: state.blockNumber }),
    }),
  };
}
