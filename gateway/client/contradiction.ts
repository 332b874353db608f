// Whether two logs can be one. A log only grows, so the complete subtrees that two sizes share must be the same
// (RFC 9162 section 2.1.4); both ranges lead to roots that the gateway signed, so a difference is its own contradiction.

import { equalBytes } from '../../ledger-sync/evidence/bytes.js';
import type { CompactRange } from '../../ledger-sync/evidence/compact-range.js';

/** End of the first subtree in which two ranges differ though both hold it whole; undefined if none does. */
export function differingAt(left: CompactRange, right: CompactRange): number | undefined {
  const [ours, theirs] = [subtreeEnds(left.size), subtreeEnds(right.size)];
  for (const [at, end] of ours.entries()) {
    if (theirs[at] !== end) return undefined;
    const [hash, other] = [left.hashes[at], right.hashes[at]];
    if (hash && other && !equalBytes(hash, other)) return end;
  }
  return undefined;
}

/** Where the subtrees of a range end, left to right. */
function subtreeEnds(size: number): number[] {
  const ends: number[] = [];
  let end = 0;
  for (let width = 2 ** Math.floor(Math.log2(Math.max(1, size))); width >= 1; width /= 2) {
    if (end + width > size) continue;
    end += width;
    ends.push(end);
  }
  return ends;
}
