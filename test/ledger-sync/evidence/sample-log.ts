// A small log of every kind of record that bundles treat differently, with its headers, names and documents.
// Everything is fixed (key, salt, times), so that bundles made from it are the same in every run.

import {
  type BatchHeader,
  batchFlags,
  genesisHead,
  headOf,
  signBatch,
} from '../../../ledger-sync/evidence/batch.js';
import {
  type BundleHead,
  type BundleInput,
  buildBundle,
  type SaltedName,
} from '../../../ledger-sync/evidence/bundle.js';
import type { EvidenceBundle } from '../../../ledger-sync/evidence/bundle-schema.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { type SignedCheckpoint, signCheckpoint } from '../../../ledger-sync/evidence/checkpoint.js';
import { detailHash } from '../../../ledger-sync/evidence/jcs.js';
import {
  type EvidenceRecord,
  encodeRecord,
  qualityCodes,
  recordKinds,
  subjectOf,
} from '../../../ledger-sync/evidence/record.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import type { LedgerAnswer } from '../../../ledger-sync/evidence/verify-ledger.js';
import { MemoryLog } from './memory-log.js';

export const signer = new SoftwareSigner(new Uint8Array(32).fill(7));
export const domain = { chainId: 31337, verifyingContract: new Uint8Array(20).fill(0xcc) };
export const START_MS = 1_790_000_000_000;
const salt = new Uint8Array(16).fill(0x5a);
const noBytes = new Uint8Array(0);

export const shipmentName: SaltedName = { name: 'SHIP-2026-0042', salt };
export const names: readonly SaltedName[] = [
  { name: 'box-1' },
  { name: 'box-2' },
  { name: 'reader-1' },
  { name: 'urn:epc:id:sgtin:0614141.107346.2017', salt },
  shipmentName,
];
export const documents: readonly unknown[] = [
  { type: 'device-condition', condition: 'silent', reason: 'no answer for 30 s; câble débranché?' },
  { type: 'excursion', phase: 'opened', limitMilliC: 8000, sensor: 'box-1' },
];
const [silence, excursion] = documents;

/** Records 0 and 5 of each eight carry a document, 3 is a salted tag, 6 a broken probe; temperatures rise. */
export function sampleRecord(sequence: number): EvidenceRecord {
  const shipment = sequence >= 4 ? subjectOf(shipmentName.name, salt) : noBytes;
  const base = {
    version: 1,
    gateway: signer.address,
    sequence,
    observedAtMs: START_MS + sequence * 1000,
    bootCount: 3,
    uptimeMs: 60_000 + sequence * 1000,
    clockTrust: 2,
    kind: recordKinds.temperature,
    subject: subjectOf(sequence % 2 === 0 ? 'box-1' : 'box-2'),
    value: 2000 + sequence * 25,
    quality: qualityCodes.good,
    shipment,
    detail: noBytes,
  } as const;
  switch (sequence % 8) {
    case 0:
      return {
        ...base,
        kind: recordKinds.deviceCondition,
        subject: subjectOf('reader-1'),
        value: 0,
        detail: detailHash(silence),
      };
    case 3:
      return {
        ...base,
        kind: recordKinds.tagSighting,
        subject: subjectOf(names[3]?.name ?? '', salt),
        value: -61_000,
      };
    case 5:
      return { ...base, kind: recordKinds.excursion, value: 8250, detail: detailHash(excursion) };
    case 6:
      return { ...base, value: 0, quality: qualityCodes['probe-open'] };
    default:
      return base;
  }
}

export function sampleLog(size: number, record = sampleRecord): MemoryLog {
  return new MemoryLog(Array.from({ length: size }, (_, sequence) => encodeRecord(record(sequence))));
}

export function checkpointAt(log: MemoryLog, size: number): SignedCheckpoint {
  const root = log.rootOf(0, size);
  return signCheckpoint(signer, { gateway: signer.address, size, root, timeMs: START_MS + size * 1000 });
}

/** What a truthful gateway says of the sample records [begin, end). */
export function headerAt(
  log: MemoryLog,
  seq: number,
  prev: Uint8Array,
  begin: number,
  end: number,
): BatchHeader {
  const readings = Array.from({ length: end - begin }, (_, offset) => sampleRecord(begin + offset)).filter(
    ({ kind, quality }) => kind === recordKinds.temperature && quality === qualityCodes.good,
  );
  const values = readings.map(({ value }) => value / 10);
  return {
    gateway: signer.address,
    prev,
    root: log.rootOf(0, end),
    meta: {
      seq,
      size: end,
      tFirstMs: START_MS + begin * 1000,
      tLastMs: START_MS + (end - 1) * 1000,
      minCentiC: Math.floor(Math.min(...values)),
      maxCentiC: Math.ceil(Math.max(...values)),
      flags: batchFlags.excursion,
    },
  };
}

/** A log of 40 records, headers 1 (24 records) and 2 (the rest). */
export const log = sampleLog(40);
export const firstHeader = headerAt(log, 1, genesisHead(signer.address), 0, 24);
export const secondHeader = headerAt(log, 2, headOf(firstHeader), 24, 40);

const transactionHash = `0x${'11'.repeat(32)}`;
const anchor = {
  transactionHash,
  blockNumber: 1205,
  blockHash: `0x${'22'.repeat(32)}`,
  blockTimeMs: START_MS + 90_000,
};
const registration = { transactionHash: `0x${'33'.repeat(32)}`, blockNumber: 1100 };

/** A ledger that holds the second header and was asked for everything. */
export const ledger: LedgerAnswer = {
  chainId: domain.chainId,
  contract: `0x${toHex(domain.verifyingContract)}`,
  registered: true,
  headSeq: 2,
  head: toHex(headOf(secondHeader)),
  anchoredHeads: [{ seq: 2, head: toHex(headOf(secondHeader)), ...anchor }],
  registration,
};

export function batchHead(header: BatchHeader = secondHeader): Extract<BundleHead, { kind: 'batch' }> {
  return {
    kind: 'batch',
    domain,
    batch: signBatch(signer, domain, header),
    previous: header.meta.seq === 1 ? undefined : firstHeader,
    checkpoint: checkpointAt(log, 40),
    registration,
    anchor,
  };
}

/** A bundle of the sample records [begin, end). */
export function sampleBundle(begin: number, end: number, change: Partial<BundleInput> = {}): EvidenceBundle {
  return buildBundle({
    leaves: log.leaves.slice(begin, end),
    names,
    details: documents,
    proof: log,
    head: batchHead(),
    ...change,
  });
}
