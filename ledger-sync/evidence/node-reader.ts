// Where proofs get their hashes from, and which of them a run of leaves consists of. The store behind it
// (tiles, records, a map in a test) is the caller's.

import { CompactRange, foldFromRight } from './compact-range.js';
import { EvidenceError } from './evidence-error.js';

/** Hashes of complete subtrees. */
export interface NodeReader {
  /** Root of the 2^level leaves from index * 2^level on; level 0 is a leaf hash. */
  node(level: number, index: number): Uint8Array;
}

/** One complete subtree: 2^level leaves from `index` * 2^level on. */
export interface Subtree {
  readonly level: number;
  readonly index: number;
}

/**
 * The fewest complete subtrees that cover the leaves [begin, end), left to right: at each place the largest
 * one that starts there and does not reach beyond the end.
 * @throws EvidenceError RANGE_INVALID unless 0 <= begin <= end <= 2^53 - 1
 */
export function subtreesOf(begin: number, end: number): Subtree[] {
  if (!Number.isSafeInteger(begin) || !Number.isSafeInteger(end) || begin < 0 || end < begin) {
    throw new EvidenceError('RANGE_INVALID', `no leaves from ${begin} to ${end}`, 'give 0 <= begin <= end');
  }
  const subtrees: Subtree[] = [];
  let at = begin;
  while (at < end) {
    let level = 0;
    let width = 1;
    while (at % (width * 2) === 0 && at + width * 2 <= end) {
      level += 1;
      width *= 2;
    }
    subtrees.push({ level, index: at / width });
    at += width;
  }
  return subtrees;
}

/** Hashes of `subtreesOf(begin, end)`. */
export function subtreeHashes(begin: number, end: number, nodes: NodeReader): Uint8Array[] {
  return subtreesOf(begin, end).map(({ level, index }) => nodes.node(level, index));
}

/**
 * MTH of the leaves [begin, end) (RFC 9162 section 2.1.1), where `begin` is a multiple of a power of two that
 * is not below the count: every subtree that occurs in a proof.
 */
export function subtreeRoot(begin: number, end: number, nodes: NodeReader): Uint8Array {
  const root = foldFromRight(subtreeHashes(begin, end, nodes));
  if (root) return root;
  throw new EvidenceError('RANGE_INVALID', `no leaves from ${begin} to ${end}`, 'give begin < end');
}

/** The compact range of the first `size` leaves. */
export function compactRangeAt(size: number, nodes: NodeReader): CompactRange {
  return CompactRange.of(size, subtreeHashes(0, size, nodes));
}

/** Largest power of two below `count`, for count >= 2: where an RFC 9162 tree splits. */
export function splitPoint(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}
