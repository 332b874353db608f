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

/** The last checkpoint whose signature was verified; a signature costs some 3 ms. */
let verified: SignedCheckpoint | undefined;

const isSame = (one: SignedCheckpoint, other: SignedCheckpoint) =>
  one.size === other.size &&
  Buffer.compare(one.root, other.root) === 0 &&
  Buffer.compare(one.signature, other.signature) === 0;

function isSigned(checkpoint: SignedCheckpoint): boolean {
  if (verified && isSame(verified, checkpoint)) return true;
  if (!verifyCheckpoint(checkpoint)) return false;
  verified = checkpoint;
  return true;
}

/**
 * The records [first, end) of the log, proven, without those that were deleted by rule.
 * @throws JournalError JOURNAL_DAMAGED
 */
export function provenRecords(log: LogReader, first: number, end: number): EvidenceRecord[] {
  const records: EvidenceRecord[] = [];
  for (let at = first; at < end; ) {
    const gap = log.pruned.at(at);
    const to = gap?.beyond ?? Math.min(end, log.pruned.nextFirst(at) ?? end);
    if (!gap) records.push(...provenRun(log, at, to));
    at = to;
  }
  return records;
}

function provenRun(log: LogReader, first: number, end: number): EvidenceRecord[] {
  let isTrue = false;
  let leaves: Uint8Array[] = [];
  try {
    const checkpoint = log.checkpointCovering(end - 1);
    const range = compactRangeAt(first, log);
    leaves = log.leaves(first, (checkpoint?.size ?? first) - first);
    for (const leaf of leaves) range.append(leafHash(leaf));
    isTrue =
      checkpoint !== undefined &&
      range.size === checkpoint.size &&
      Buffer.compare(range.root(), checkpoint.root) === 0 &&
      isSigned(checkpoint);
  } catch (error) {
    throw asDamage(error, `records from ${first} on in the journal`, hint);
  }
  if (isTrue) return leaves.slice(0, end - first).map(decodeRecord);
  throw new JournalError(
    'JOURNAL_DAMAGED',
    `records ${first} to ${end - 1} in the journal are not what was signed`,
    hint,
  );
}
