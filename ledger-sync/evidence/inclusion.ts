// Inclusion proofs: RFC 9162 sections 2.1.3.1 (making) and 2.1.3.2 (checking). Indexes and sizes up to
// 2^64 - 1 are checked, beyond what a gateway can reach, so that the published vectors hold.

import { equalBytes } from './bytes.js';
import { EvidenceError } from './evidence-error.js';
import { HASH_BYTES, nodeHash } from './merkle.js';
import { type NodeReader, splitPoint, subtreeRoot } from './node-reader.js';
import { toTreeNumber } from './tree-number.js';

/**
 * Whether the leaf with that hash is at `index` in the tree of `size` leaves with that root. Never throws.
 * @param proof sibling hashes, nearest to the leaf first
 */
export function verifyInclusion(
  index: number | bigint,
  size: number | bigint,
  leafHash: Uint8Array,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  const found = rootFromInclusion(index, size, leafHash, proof);
  return found !== undefined && equalBytes(found, root);
}

/**
 * The root that leaf and path give; undefined if the path does not fit index and size. Compare it with a signed
 * root: only that makes it a proof.
 */
export function rootFromInclusion(
  index: number | bigint,
  size: number | bigint,
  leafHash: Uint8Array,
  proof: readonly Uint8Array[],
): Uint8Array | undefined {
  let node = toTreeNumber(index);
  const count = toTreeNumber(size);
  if (node === undefined || count === undefined || node >= count) return undefined;
  if (leafHash.length !== HASH_BYTES || proof.some((hash) => hash.length !== HASH_BYTES)) return undefined;
  let last = count - 1n;
  let hash = leafHash;
  for (const sibling of proof) {
    if (last === 0n) return undefined;
    if ((node & 1n) === 1n || node === last) {
      hash = nodeHash(sibling, hash);
      while ((node & 1n) === 0n && node !== 0n) {
        node >>= 1n;
        last >>= 1n;
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    node >>= 1n;
    last >>= 1n;
  }
  return last === 0n ? hash : undefined;
}

/**
 * The proof that `verifyInclusion` takes.
 * @throws EvidenceError RANGE_INVALID unless 0 <= index < size
 */
export function buildInclusion(index: number, size: number, nodes: NodeReader): Uint8Array[] {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) {
    throw new EvidenceError('RANGE_INVALID', `no leaf ${index} among ${size}`, 'give 0 <= index < size');
  }
  const proof: Uint8Array[] = [];
  let begin = 0;
  let end = size;
  while (end - begin > 1) {
    const middle = begin + splitPoint(end - begin);
    if (index < middle) {
      proof.unshift(subtreeRoot(middle, end, nodes));
      end = middle;
    } else {
      proof.unshift(subtreeRoot(begin, middle, nodes));
      begin = middle;
    }
  }
  return proof;
}
