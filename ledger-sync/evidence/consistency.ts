// Consistency proofs: RFC 9162 sections 2.1.4.1 (making) and 2.1.4.2 (checking). They show that a newer tree
// only appended to an older one. A gateway's own reader does not need them: it keeps the compact range.

import { equalBytes } from './bytes.js';
import { EvidenceError } from './evidence-error.js';
import { HASH_BYTES, nodeHash } from './merkle.js';
import { type NodeReader, splitPoint, subtreeRoot } from './node-reader.js';
import { toTreeNumber } from './tree-number.js';

/**
 * Whether the tree (size2, root2) begins with the tree (size1, root1). Never throws. An empty first tree is
 * refused, as in the published vectors: it is the beginning of every log and so says nothing.
 */
export function verifyConsistency(
  size1: number | bigint,
  size2: number | bigint,
  proof: readonly Uint8Array[],
  root1: Uint8Array,
  root2: Uint8Array,
): boolean {
  const found = rootFromConsistency(size1, size2, proof, root1);
  return found !== undefined && equalBytes(found, root2);
}

/**
 * Root of the newer tree that the proof gives; undefined if it does not begin with the older one. Compare it with
 * a signed root.
 */
export function rootFromConsistency(
  size1: number | bigint,
  size2: number | bigint,
  proof: readonly Uint8Array[],
  root1: Uint8Array,
): Uint8Array | undefined {
  const first = toTreeNumber(size1);
  const second = toTreeNumber(size2);
  if (first === undefined || second === undefined || first === 0n || second < first) return undefined;
  if (first === second) return proof.length === 0 ? root1 : undefined;
  // A first tree of 2^k leaves is itself a node of the second and is left out of the proof.
  const isWhole = (first & (first - 1n)) === 0n;
  const hashes = isWhole ? [root1, ...proof] : proof;
  if (proof.length === 0 || hashes.some((hash) => hash.length !== HASH_BYTES)) return undefined;
  const roots = foldConsistency(first - 1n, second - 1n, hashes);
  return roots !== undefined && equalBytes(roots[0], root1) ? roots[1] : undefined;
}

/** Both roots that the hashes give; undefined if their number does not fit the shape. */
function foldConsistency(
  firstLast: bigint,
  secondLast: bigint,
  hashes: readonly Uint8Array[],
): [Uint8Array, Uint8Array] | undefined {
  let node = firstLast;
  let last = secondLast;
  while ((node & 1n) === 1n) {
    node >>= 1n;
    last >>= 1n;
  }
  const [start, ...siblings] = hashes;
  if (!start) return undefined;
  let hash1 = start;
  let hash2 = start;
  for (const sibling of siblings) {
    if (last === 0n) return undefined;
    if ((node & 1n) === 1n || node === last) {
      hash1 = nodeHash(sibling, hash1);
      hash2 = nodeHash(sibling, hash2);
      while ((node & 1n) === 0n && node !== 0n) {
        node >>= 1n;
        last >>= 1n;
      }
    } else {
      hash2 = nodeHash(hash2, sibling);
    }
    node >>= 1n;
    last >>= 1n;
  }
  return last === 0n ? [hash1, hash2] : undefined;
}

/**
 * The proof that `verifyConsistency` takes.
 * @throws EvidenceError RANGE_INVALID unless 0 < size1 <= size2
 */
export function buildConsistency(size1: number, size2: number, nodes: NodeReader): Uint8Array[] {
  if (!Number.isSafeInteger(size1) || !Number.isSafeInteger(size2) || size1 < 1 || size2 < size1) {
    throw new EvidenceError(
      'RANGE_INVALID',
      `no tree of ${size1} within ${size2}`,
      'give 0 < size1 <= size2',
    );
  }
  if (size1 === size2) return [];
  const proof: Uint8Array[] = [];
  let begin = 0;
  let end = size2;
  while (end !== size1) {
    const middle = begin + splitPoint(end - begin);
    if (size1 <= middle) {
      proof.unshift(subtreeRoot(middle, end, nodes));
      end = middle;
    } else {
      proof.unshift(subtreeRoot(begin, middle, nodes));
      begin = middle;
    }
  }
  // With begin still 0 the rest is the first tree itself, whose root the verifier has.
  if (begin > 0) proof.unshift(subtreeRoot(begin, end, nodes));
  return proof;
}
