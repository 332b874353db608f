// Readings out of the log itself, for windows in which there are few: each leaf is proven again on the way, since the disk may
// have changed it after it was indexed.

import { type SignedCheckpoint, verifyCheckpoint } from '../../../ledger-sync/evidence/checkpoint.js';
import { leafHash } from '../../../ledger-sync/evidence/merkle.js';
import { compactRangeAt } from '../../../ledger-sync/evidence/node-reader.js';
import { decodeRecord, type EvidenceRecord } from '../../../ledger-sync/evidence/record.js';
import { asDamage } from '../../journal/damage.js';
import { JournalError } from '../../journal/journal-error.js';
import type { LogReader } from '../../journal/log-reader.js';

const hint = 'the card has lost data: keep the file, copy it aside, replace the card';

/** Records that are asked for at once. */
const PAGE_RECORDS = 1024;
/** The last checkpoints whose signatures were verified; one costs some 3 ms. A chart needs that of its middle and its ends. */
const verified: SignedCheckpoint[] = [];
const MAX_VERIFIED = 4;

const isSame = (one: SignedCheckpoint, other: SignedCheckpoint) =>
  one.size === other.size &&
  Buffer.compare(one.root, other.root) === 0 &&
  Buffer.compare(one.signature, other.signature) === 0;

function isSigned(checkpoint: SignedCheckpoint): boolean {
  if (verified.some((one) => isSame(one, checkpoint))) return true;
  if (!verifyCheckpoint(checkpoint)) return false;
  verified.unshift(checkpoint);
  verified.length = Math.min(verified.length, MAX_VERIFIED);
  return true;
}

/**
 * Gives the records [first, end) of the log, without those that were deleted by rule. Each is given as it is read, since
 * holding them all would take more than reading them: what was taken counts only once this has returned.
 * @throws JournalError JOURNAL_DAMAGED if they were not what was signed
 */
export function readProven(
  log: LogReader,
  first: number,
  end: number,
  take: (record: EvidenceRecord) => void,
): void {
  for (let at = first; at < end; ) {
    const gap = log.pruned.at(at);
    const to = gap?.beyond ?? Math.min(end, log.pruned.nextFirst(at) ?? end);
    if (!gap) readRun(log, at, to, take);
    at = to;
  }
}

function readRun(log: LogReader, first: number, end: number, take: (record: EvidenceRecord) => void): void {
  let isTrue = false;
  try {
    const checkpoint = log.checkpointCovering(end - 1);
    const range = compactRangeAt(first, log);
    const size = checkpoint?.size ?? first;
    for (let at = first; at < size; at += PAGE_RECORDS) {
      for (const leaf of log.leaves(at, Math.min(PAGE_RECORDS, size - at))) {
        range.append(leafHash(leaf));
        if (range.size <= end) take(decodeRecord(leaf));
      }
    }
    isTrue =
      checkpoint !== undefined &&
      range.size === checkpoint.size &&
      Buffer.compare(range.root(), checkpoint.root) === 0 &&
      isSigned(checkpoint);
  } catch (error) {
    throw asDamage(error, `records from ${first} on in the journal`, hint);
  }
  if (isTrue) return;
  throw new JournalError(
    'JOURNAL_DAMAGED',
    `records ${first} to ${end - 1} in the journal are not what was signed`,
    hint,
  );
}
