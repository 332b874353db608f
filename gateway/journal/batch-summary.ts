// What a batch header says of the leaves that it adds (PROTOCOL.md, batch header): first and last time,
// coldest and warmest good temperature in 0.01 degC rounded outwards, flags. Kept with each checkpoint, so
// that a restart need not read the leaves again.

import { type BatchMeta, batchFlags } from '../../ledger-sync/evidence/batch.js';
import { type EvidenceRecord, qualityCodes, recordKinds } from '../../ledger-sync/evidence/record.js';
import { checkOf } from './row-check.js';

export type BatchSummary = Pick<BatchMeta, 'tFirstMs' | 'tLastMs' | 'minCentiC' | 'maxCentiC' | 'flags'>;

const MILLI_PER_CENTI = 10;
const INT16_MIN = -32768;
const INT16_MAX = 32767;
const UINT48_MAX = 2 ** 48 - 1;
export const SUMMARY_BYTES = 20;
const CHECK_BYTES = 6;
/** Device conditions that mean that readings are missing. */
const GAP_QUALITY = qualityCodes.stale;

/** No leaf yet: the first time is above the last, as min above max says "no good temperature". */
export const emptySummary: BatchSummary = {
  tFirstMs: UINT48_MAX,
  tLastMs: 0,
  minCentiC: INT16_MAX,
  maxCentiC: INT16_MIN,
  flags: 0,
};

function flagOf(record: EvidenceRecord): number {
  switch (record.kind) {
    case recordKinds.excursion:
      return batchFlags.excursion;
    case recordKinds.dataLoss:
      return batchFlags.gap;
    case recordKinds.clockEvent:
      return batchFlags.clockStep;
    default:
      return record.quality === GAP_QUALITY ? batchFlags.gap : 0;
  }
}

const clampInt16 = (value: number) => Math.min(INT16_MAX, Math.max(INT16_MIN, value));

/** The summary with one more record in it. Times are the least and the greatest, since a clock may step. */
export function withRecord(summary: BatchSummary, record: EvidenceRecord): BatchSummary {
  let { minCentiC, maxCentiC } = summary;
  if (record.kind === recordKinds.temperature && record.quality === qualityCodes.good) {
    minCentiC = Math.min(minCentiC, clampInt16(Math.floor(record.value / MILLI_PER_CENTI)));
    maxCentiC = Math.max(maxCentiC, clampInt16(Math.ceil(record.value / MILLI_PER_CENTI)));
  }
  return {
    tFirstMs: Math.min(summary.tFirstMs, record.observedAtMs),
    tLastMs: Math.max(summary.tLastMs, record.observedAtMs),
    minCentiC,
    maxCentiC,
    flags: summary.flags | flagOf(record),
  };
}

/** Whether it speaks of no leaf. A leaf of 1970 is one, so no time alone can say so. */
const isEmptySummary = (summary: BatchSummary): boolean => summary.tFirstMs > summary.tLastMs;

/** A header without new leaves is a heartbeat: it proves that the gateway lives and has nothing new. */
export function headerSummary(summary: BatchSummary, extraFlags: number): BatchSummary {
  if (!isEmptySummary(summary)) return { ...summary, flags: summary.flags | extraFlags };
  return { ...summary, tFirstMs: 0, flags: extraFlags | batchFlags.heartbeat };
}

/** 20 bytes: times 48 bit each, min and max int16, flags u32, big-endian. */
export function encodeSummary(summary: BatchSummary): Uint8Array {
  const bytes = Buffer.alloc(SUMMARY_BYTES);
  bytes.writeUIntBE(summary.tFirstMs, 0, 6);
  bytes.writeUIntBE(summary.tLastMs, 6, 6);
  bytes.writeInt16BE(summary.minCentiC, 12);
  bytes.writeInt16BE(summary.maxCentiC, 14);
  bytes.writeUInt32BE(summary.flags, 16);
  return bytes;
}

/** Inverse of `encodeSummary`. */
export function decodeSummary(stored: Uint8Array): BatchSummary {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  return {
    tFirstMs: bytes.readUIntBE(0, 6),
    tLastMs: bytes.readUIntBE(6, 6),
    minCentiC: bytes.readInt16BE(12),
    maxCentiC: bytes.readInt16BE(14),
    flags: bytes.readUInt32BE(16),
  };
}

/** As it is stored with the checkpoint of that size, which is signed; no signature covers the summary: six bytes check it. */
export function checkedSummary(size: number, summary: BatchSummary): Uint8Array {
  const bytes = encodeSummary(summary);
  const check = Buffer.alloc(CHECK_BYTES);
  check.writeUIntBE(checkOf(size, bytes), 0, CHECK_BYTES);
  return Buffer.concat([bytes, check]);
}

/** The 20 bytes of a stored summary; undefined if they are not what was written, or of a layout without a check. */
export function summaryBytesOf(size: number, stored: unknown): Uint8Array | undefined {
  if (!(stored instanceof Uint8Array) || stored.length !== SUMMARY_BYTES + CHECK_BYTES) return undefined;
  const bytes = Buffer.from(stored);
  const summary = bytes.subarray(0, SUMMARY_BYTES);
  return bytes.readUIntBE(SUMMARY_BYTES, CHECK_BYTES) === checkOf(size, summary) ? summary : undefined;
}
