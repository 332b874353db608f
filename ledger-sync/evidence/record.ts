// The record, the leaf of the log (PROTOCOL.md section 1): an array of 13 integers and byte strings in
// deterministic CBOR (RFC 8949 section 4.2.1). Written by hand: the encoder runs once per reading, and the
// decoder must accept exactly the bytes that the encoder makes. Knows nothing of detail documents.

import { concatBytes } from './bytes.js';
import { CborReader } from './cbor-reader.js';
import { CborWriter } from './cbor-writer.js';
import { EvidenceError } from './evidence-error.js';
import { sha256 } from './sha256.js';

export interface EvidenceRecord {
  readonly version: 1;
  /** Address of the device key, 20 bytes. */
  readonly gateway: Uint8Array;
  /** Position in the log, from 0; equals the leaf index. */
  readonly sequence: number;
  /** Unix ms as the gateway's clock stood when the bytes arrived; up to the end of the year 9999. */
  readonly observedAtMs: number;
  readonly bootCount: number;
  /** Monotonic ms since boot when the bytes arrived. */
  readonly uptimeMs: number;
  /** 0 unsynchronised, 1 holdover, 2 synchronised. */
  readonly clockTrust: 0 | 1 | 2;
  /** One of `recordKinds`, or a later one: 1..65535. */
  readonly kind: number;
  /** What it is about, 16 bytes: see `subjectOf`. */
  readonly subject: Uint8Array;
  /** In milli-units of the kind's unit; 0 where there is no number. */
  readonly value: number;
  /** One of `qualityCodes`, or a later one: 0..65535. */
  readonly quality: number;
  /** 16 bytes, or empty. */
  readonly shipment: Uint8Array;
  /** SHA-256 of the detail document's JCS bytes, 32 bytes, or empty. */
  readonly detail: Uint8Array;
}

/** Numbers never change their meaning; new kinds get new numbers. */
export const recordKinds = {
  temperature: 1,
  humidity: 2,
  tagSighting: 3,
  position: 4,
  door: 5,
  deviceCondition: 6,
  clockEvent: 7,
  shipmentEvent: 8,
  excursion: 9,
  review: 10,
  configurationChange: 11,
  operatorAction: 12,
  dataLoss: 13,
  timeBeacon: 14,
  temperatureOffset: 15,
  humidityOffset: 16,
  tagAuthenticity: 17,
  timeReference: 18,
} as const;

/** How far the value may be trusted; only `good` counts as a reading. */
export const qualityCodes = {
  good: 0,
  'suspect-rate': 1,
  stale: 2,
  'calibration-expired': 3,
  'probe-open': 4,
  'probe-short': 5,
  'probe-fault': 6,
  'out-of-range': 7,
  'power-on-value': 8,
} as const;

const FIELDS = 13;
const VERSION = 1;
const GATEWAY_BYTES = 20;
const ID_BYTES = 16;
const HASH_BYTES = 32;
/** Sizes are 48-bit numbers in a batch header, and the last index is one less. */
const MAX_SEQUENCE = 2 ** 48 - 2;
/** 9999-12-31T23:59:59.999Z: the last moment that ISO 8601 writes with a four-digit year. */
const MAX_TIME_MS = 253_402_300_799_999;
const MAX_CODE = 0xffff;
const MAX_CLOCK_TRUST = 2;
/** Above the 160 bytes of the longest record. */
const SCRATCH_BYTES = 256;

const writer = new CborWriter(SCRATCH_BYTES);

/**
 * Leaf bytes of a record, about 90 bytes.
 * @throws EvidenceError RECORD_FIELD if a field is out of range or has the wrong length
 */
export function encodeRecord(record: EvidenceRecord): Uint8Array {
  const problem = fieldProblem(record);
  if (problem) throw new EvidenceError('RECORD_FIELD', `record: ${problem}`, 'this is a fault of the caller');
  writer.start(FIELDS);
  writer.uint(VERSION);
  writer.bytes(record.gateway);
  writer.uint(record.sequence);
  writer.uint(record.observedAtMs);
  writer.uint(record.bootCount);
  writer.uint(record.uptimeMs);
  writer.uint(record.clockTrust);
  writer.uint(record.kind);
  writer.bytes(record.subject);
  writer.int(record.value);
  writer.uint(record.quality);
  writer.bytes(record.shipment);
  writer.bytes(record.detail);
  return writer.finish();
}

/**
 * Reads leaf bytes. Accepts only what `encodeRecord` makes: shortest heads, exact lengths, nothing after.
 * @throws EvidenceError RECORD_MALFORMED
 */
export function decodeRecord(leaf: Uint8Array): EvidenceRecord {
  const reader = new CborReader(leaf);
  reader.array(FIELDS);
  const version = reader.uint();
  if (version !== VERSION) throw malformed(`version ${version} is not ${VERSION}`);
  const gateway = reader.bytes();
  const sequence = reader.uint();
  const observedAtMs = reader.uint();
  const bootCount = reader.uint();
  const uptimeMs = reader.uint();
  const clockTrust = reader.uint();
  if (clockTrust !== 0 && clockTrust !== 1 && clockTrust !== 2)
    throw malformed(`clockTrust is ${clockTrust}`);
  const record: EvidenceRecord = {
    version,
    gateway,
    sequence,
    observedAtMs,
    bootCount,
    uptimeMs,
    clockTrust,
    kind: reader.uint(),
    subject: reader.bytes(),
    value: reader.int(),
    quality: reader.uint(),
    shipment: reader.bytes(),
    detail: reader.bytes(),
  };
  reader.end();
  const problem = fieldProblem(record);
  if (problem) throw malformed(problem);
  return record;
}

/**
 * The 16-byte subject of a name: the head of SHA-256(salt || UTF-8 name). Without the salt a list of
 * plausible serials could be tried against the leaves.
 * @throws EvidenceError NAME_INVALID for half a surrogate pair, which has no UTF-8
 */
export function subjectOf(name: string, salt?: Uint8Array): Uint8Array {
  if (/\p{Surrogate}/u.test(name)) {
    throw new EvidenceError('NAME_INVALID', 'a name holds half a surrogate pair', 'correct the name');
  }
  const utf8 = new TextEncoder().encode(name);
  return Uint8Array.from(sha256(salt ? concatBytes(salt, utf8) : utf8).subarray(0, ID_BYTES));
}

function fieldProblem(record: EvidenceRecord): string | undefined {
  const { sequence, observedAtMs, bootCount, uptimeMs, clockTrust, kind, value, quality } = record;
  const { gateway, subject, shipment, detail } = record;
  if (record.version !== VERSION) return `version ${record.version} is not ${VERSION}`;
  if (gateway.length !== GATEWAY_BYTES) return `gateway has ${gateway.length} bytes, not ${GATEWAY_BYTES}`;
  if (!isUint(sequence, MAX_SEQUENCE)) return `sequence ${sequence} is out of range`;
  if (!isUint(observedAtMs, MAX_TIME_MS)) return `observedAtMs ${observedAtMs} is out of range`;
  if (!isUint(bootCount, Number.MAX_SAFE_INTEGER)) return `bootCount ${bootCount} is out of range`;
  if (!isUint(uptimeMs, Number.MAX_SAFE_INTEGER)) return `uptimeMs ${uptimeMs} is out of range`;
  if (!isUint(clockTrust, MAX_CLOCK_TRUST)) return `clockTrust ${clockTrust} is out of range`;
  if (!isUint(kind, MAX_CODE) || kind === 0) return `kind ${kind} is out of range`;
  if (subject.length !== ID_BYTES) return `subject has ${subject.length} bytes, not ${ID_BYTES}`;
  if (!Number.isSafeInteger(value)) return `value ${value} is out of range`;
  if (!isUint(quality, MAX_CODE)) return `quality ${quality} is out of range`;
  if (shipment.length !== 0 && shipment.length !== ID_BYTES) return `shipment has ${shipment.length} bytes`;
  if (detail.length !== 0 && detail.length !== HASH_BYTES) return `detail has ${detail.length} bytes`;
  return undefined;
}

function isUint(value: number, max: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= max;
}

function malformed(problem: string): EvidenceError {
  return new EvidenceError(
    'RECORD_MALFORMED',
    `leaf: ${problem}`,
    'these bytes were not made by a coldgate gateway',
  );
}
