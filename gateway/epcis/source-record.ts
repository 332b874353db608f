// A record of the log with its words, as the events are made from it. Its detail is the gateway's own document, but
// may be of an older program: every field is looked at before it is used.

import { qualityCodes } from '../../ledger-sync/evidence/record.js';
import type { CheckedRecord } from '../reviews/checked-record.js';
import type { DetailDocument, DetailValue } from '../sealing/draft-record.js';

const backlogType = 'backlog-reading';

/** The document; empty where there is none or it was erased. */
export function documentOf({ detail }: CheckedRecord): DetailDocument {
  return detail === undefined || detail === 'missing' ? {} : detail;
}

export const textOf = (value: DetailValue | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

export const numberOf = (value: DetailValue | undefined): number | undefined =>
  typeof value === 'number' ? value : undefined;

export const textsOf = (value: DetailValue | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

export function sectionOf(value: DetailValue | undefined): DetailDocument {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as DetailDocument)
    : {};
}

/** When it was measured: a sensor may tell later what it could not send. */
export function measurementOf(checked: CheckedRecord): {
  readonly atMs: number;
  readonly isLate: boolean;
  readonly milliC: number | undefined;
} {
  const { quality, value, observedAtMs } = checked.record;
  const { type, measuredAtMs } = documentOf(checked);
  const milliC = quality === qualityCodes.good ? value : undefined;
  const measured = type === backlogType ? numberOf(measuredAtMs) : undefined;
  return { atMs: measured ?? observedAtMs, isLate: measured !== undefined, milliC };
}

const brokenQualities = new Map<number, string>([
  [qualityCodes['probe-open'], 'probe-open'],
  [qualityCodes['probe-short'], 'probe-short'],
  [qualityCodes['probe-fault'], 'probe-fault'],
]);

/** What a reading says of its own probe; undefined: nothing that needs a new one. */
export const brokenQuality = (quality: number): string | undefined => brokenQualities.get(quality);
