// What a page of the log means for the topics beside .../log: alerts from excursion records, and the latest
// reading of each sensor. Derived from signed records only, so nothing is said here that the log does not hold.

import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { readableOf } from '../../ledger-sync/evidence/readable.js';
import { type EvidenceRecord, recordKinds } from '../../ledger-sync/evidence/record.js';
import type { StoredBatch } from '../journal/journal-reader.js';
import type { NameOf } from './log-message.js';
import type { LogPage } from './log-page.js';
import type { GatewayTopics } from './topics.js';

export interface SideMessage {
  readonly topic: string;
  readonly payload: string;
  readonly isRetained: boolean;
}

/** The detail document of a record as text, if the journal still holds it. */
export type DetailOf = (hash: Uint8Array) => string | undefined;

/** Conditions of a device that a person must hear of at once: what it says may no longer mean what it did. */
const alertConditions: readonly unknown[] = ['calibration-changed', 'device-changed'];

const alertKinds: ReadonlySet<number> = new Set([
  recordKinds.excursion,
  recordKinds.deviceCondition,
  recordKinds.review,
]);

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
}

/** The name under which a record is an alert; undefined where it is none. */
function alertIdOf(record: EvidenceRecord, name: string | undefined, detail: Detail): string | undefined {
  if (record.kind === recordKinds.excursion)
    return String(detail.excursionId ?? `sequence-${record.sequence}`);
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

/** One alert message per excursion and per change of a device; the same excursion keeps its topic. */
export function alertMessages(
  topics: GatewayTopics,
  page: LogPage,
  nameOf: NameOf,
  detailOf: DetailOf,
): SideMessage[] {
  const messages: SideMessage[] = [];
  for (const record of page.records) {
    if (!alertKinds.has(record.kind)) continue;
    // The gateway's own document; one that is gone says nothing.
    const detail = JSON.parse(detailOf(record.detail) ?? '{}') as Detail;
    const name = nameOf(record.subject);
    if (record.kind === recordKinds.review) {
      if (typeof detail.alert === 'string')
        messages.push(reviewMessage(topics, record, name, detail.alert, detail));
      continue;
    }
    const alertId = alertIdOf(record, name, detail);
    if (alertId === undefined) continue;
    messages.push({
      topic: topics.alert(alertId),
      payload: JSON.stringify({ version: 1, ...readableOf(record, name), alertId, detail }),
      isRetained: true,
    });
  }
  return messages;
}

const sensorKinds: readonly number[] = [recordKinds.temperature, recordKinds.humidity, recordKinds.door];

/** The newest reading of each sensor in the page. */
export function latestMessages(topics: GatewayTopics, page: LogPage, nameOf: NameOf): SideMessage[] {
  const latest = new Map<string, SideMessage>();
  for (const record of page.records) {
    if (!sensorKinds.includes(record.kind)) continue;
    const name = nameOf(record.subject);
    if (name === undefined) continue;
    const payload = JSON.stringify({ version: 1, ...readableOf(record, name) });
    latest.set(name, { topic: topics.sensor(name), payload, isRetained: true });
  }
  return [...latest.values()];
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
