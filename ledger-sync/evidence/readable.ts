// A record in words (PROTOCOL.md section 8): everything here follows from the leaf and the subject's name, so a
// verifier makes it again and compares. Never a source of truth.

import { toHex } from './bytes.js';
import { type EvidenceRecord, qualityCodes, recordKinds } from './record.js';

export interface ReadableRecord {
  readonly sequence: number;
  /** ISO 8601 with milliseconds, UTC. */
  readonly observedAt: string;
  readonly kind: string;
  /** 32 hex digits. */
  readonly subject: string;
  readonly name?: string;
  readonly value: number;
  /** Of `value`; absent for kinds whose value is 0 by rule. */
  readonly unit?: string;
  readonly quality: string;
  /** 32 hex digits. */
  readonly shipment?: string;
}

const kindNames = new Map<number, string>(Object.entries(recordKinds).map(([name, code]) => [code, name]));
const qualityNames = new Map<number, string>(
  Object.entries(qualityCodes).map(([name, code]) => [code, name]),
);
const units = new Map<number, string>([
  [recordKinds.temperature, 'milliC'],
  [recordKinds.humidity, 'milliPercent'],
  [recordKinds.tagSighting, 'milliDbm'],
  [recordKinds.excursion, 'milliC'],
  [recordKinds.door, 'isOpen'],
  [recordKinds.timeBeacon, 'ms'],
  [recordKinds.temperatureOffset, 'milliC'],
  [recordKinds.humidityOffset, 'milliPercent'],
  [recordKinds.tagAuthenticity, 'level'],
  [recordKinds.timeReference, 'unixMs'],
]);

/** One that is newer than this program appears as `kind-N`. */
export const kindName = (kind: number): string => kindNames.get(kind) ?? `kind-${kind}`;
/** One that is newer than this program appears as `quality-N`. */
export const qualityName = (quality: number): string => qualityNames.get(quality) ?? `quality-${quality}`;
/** Of the values of a kind; undefined where they are 0 by rule. */
export const unitOf = (kind: number): string | undefined => units.get(kind);

/** The record in words. */
export function readableOf(record: EvidenceRecord, name: string | undefined): ReadableRecord {
  const unit = unitOf(record.kind);
  // Property by property: a message has hundreds of these, and spreads of absent parts cost as much as all the rest.
  const words: { -readonly [Key in keyof ReadableRecord]?: ReadableRecord[Key] } = {
    sequence: record.sequence,
    observedAt: new Date(record.observedAtMs).toISOString(),
    kind: kindName(record.kind),
    subject: toHex(record.subject),
  };
  if (name !== undefined) words.name = name;
  words.value = record.value;
  if (unit !== undefined) words.unit = unit;
  words.quality = qualityName(record.quality);
  if (record.shipment.length > 0) words.shipment = toHex(record.shipment);
  return words as ReadableRecord;
}
