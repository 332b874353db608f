// Proof that the leaves [begin, end) stand in a tree of `size` with nothing left out between them: the
// subtrees before, the leaves themselves, the subtrees after (compact ranges, as in transparency-dev/merkle).
// The shape follows from the three numbers alone, so there is one valid proof and nothing to choose.

import { foldFromRight } from './compact-range.js';
import { EvidenceError } from './evidence-error.js';
import { HASH_BYTES, nodeHash } from './merkle.js';
import { type NodeReader, type Subtree, subtreeHashes, subtreesOf } from './node-reader.js';

export interface RangeProof {
  /** Subtrees that cover [0, begin), left to right. */
  readonly left: readonly Uint8Array[];
  /** Subtrees that cover [end, size), left to right. */
  readonly right: readonly Uint8Array[];
}

/**
 * Hashes around the leaves [begin, end), at most log2(size) on the left and 2 log2(size) on the right.
 * @throws EvidenceError RANGE_INVALID unless 0 <= begin < end <= size
 */
export function buildRangeProof(begin: number, end: number, size: number, nodes: NodeReader): RangeProof {
  requireRange(begin, end, size);
  return { left: subtreeHashes(0, begin, nodes), right: subtreeHashes(end, size, nodes) };
}

/**
 * Root of the tree of `size` leaves in which `leafHashes` stand from index `begin` on. Compare it with a
 * signed root: only that makes it a proof.
 * @throws EvidenceError RANGE_INVALID, PROOF_MALFORMED (wrong number or length of hashes)
 */
export function rootFromRange(
  begin: number,
  leafHashes: readonly Uint8Array[],
  size: number,
  proof: RangeProof,
): Uint8Array {
  const end = begin + leafHashes.length;
  requireRange(begin, end, size);
  const stack: Node[] = [];
  pushAll(stack, subtreesOf(0, begin), proof.left, 'left');
  leafHashes.forEach((hash, offset) => {
    push(stack, { level: 0, index: begin + offset, hash: requireHash(hash) });
  });
  pushAll(stack, subtreesOf(end, size), proof.right, 'right');
  const root = foldFromRight(stack.map((node) => node.hash));
  if (root) return root;
  throw new EvidenceError('RANGE_INVALID', 'an empty range proves nothing', 'give at least one leaf');
}

interface Node extends Subtree {
  readonly hash: Uint8Array;
}

/** Adds a subtree at the right end and joins it with its left siblings as long as it is a right child. */
function push(stack: Node[], added: Node): void {
  let node = added;
  for (let left = stack.at(-1); left?.level === node.level && node.index % 2 === 1; left = stack.at(-1)) {
    stack.pop();
    node = { level: node.level + 1, index: (node.index - 1) / 2, hash: nodeHash(left.hash, node.hash) };
  }
  stack.push(node);
}

function pushAll(
  stack: Node[],
  subtrees: readonly Subtree[],
  hashes: readonly Uint8Array[],
  side: string,
): void {
  if (subtrees.length !== hashes.length) {
    throw new EvidenceError(
      'PROOF_MALFORMED',
      `range proof: ${hashes.length} hashes on the ${side}, ${subtrees.length} needed`,
      'the proof was cut or belongs to another range',
    );
  }
  subtrees.forEach((subtree, at) => {
    push(stack, { ...subtree, hash: requireHash(hashes[at]) });
  });
}

function requireHash(hash: Uint8Array | undefined): Uint8Array {
  if (hash?.length === HASH_BYTES) return hash;
  throw new EvidenceError(
    'PROOF_MALFORMED',
    `range proof: a hash has ${hash?.length ?? 0} bytes, not ${HASH_BYTES}`,
    'the proof is damaged',
  );
}

function requireRange(begin: number, end: number, size: number): void {
  const isWhole = [begin, end, size].every(Number.isSafeInteger);
  if (isWhole && begin >= 0 && begin < end && end <= size) return;
  throw new EvidenceError(
    'RANGE_INVALID',
    `no leaves from ${begin} to ${end} in a tree of ${size}`,
    'give 0 <= begin < end <= size',
  );
}
