// One commit of the log as it is stored: its leaves and the checkpoint that was signed over them. Judges nothing but its
// size, so that a changed number cannot make a reader take the whole log into memory.

import { equalBytes } from '../../ledger-sync/evidence/bytes.js';
import { type SignedCheckpoint, verifyCheckpoint } from '../../ledger-sync/evidence/checkpoint.js';
import type { CompactRange } from '../../ledger-sync/evidence/compact-range.js';
import { leafHash } from '../../ledger-sync/evidence/merkle.js';
import type { LogReader } from '../journal/log-reader.js';

/** Far above what one commit of the writer holds: 1,024 records, or one entry of what may wait. */
const MAX_COMMIT_RECORDS = 65_536;

export interface Commit {
  readonly first: number;
  readonly leaves: readonly Uint8Array[];
  readonly checkpoint: SignedCheckpoint;
}

/** The commit from `first` on; undefined at the end of the log. */
export function commitFrom(log: LogReader, first: number): Commit | undefined {
  const checkpoint = log.checkpointCovering(first);
  if (!checkpoint) return undefined;
  const leaves = log.leaves(first, Math.min(checkpoint.size - first, MAX_COMMIT_RECORDS));
  return { first, leaves, checkpoint };
}

/** Whether a commit can be as large as its checkpoint says. */
export function isPossible({ first, checkpoint }: Commit): boolean {
  return checkpoint.size - first <= MAX_COMMIT_RECORDS;
}

/** The range over the commit; undefined if a leaf is missing or is no bytes. */
export function rangeOver(before: CompactRange, { leaves, checkpoint }: Commit): CompactRange | undefined {
  const range = before.clone();
  try {
    for (const leaf of leaves) range.append(leafHash(leaf));
  } catch {
    return undefined;
  }
  return range.size === checkpoint.size ? range : undefined;
}

/** Whether the checkpoint names this root. */
export function hasRoot({ root }: SignedCheckpoint, range: CompactRange): boolean {
  return root instanceof Uint8Array && equalBytes(root, range.root());
}

/** Whether the gateway signed it; fields that no checkpoint can have were not signed. */
export function isSigned(checkpoint: SignedCheckpoint): boolean {
  try {
    return verifyCheckpoint(checkpoint);
  } catch {
    return false;
  }
}
