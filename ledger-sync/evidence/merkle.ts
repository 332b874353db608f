// Hashes of the log's Merkle tree: RFC 9162 section 2.1.1 (= RFC 6962) over SHA-256. The prefixes keep a leaf
// from being passed off as a node. No tree shape here: see compact-range.ts.

import { EvidenceError } from './evidence-error.js';
import { sha256 } from './sha256.js';

export const HASH_BYTES = 32;
const LEAF_PREFIX = 0x00;
const NODE_PREFIX = 0x01;
/** Longer leaves than any record still work, through a buffer of their own. */
const SCRATCH_BYTES = 512;

const leafScratch = new Uint8Array(SCRATCH_BYTES);
leafScratch[0] = LEAF_PREFIX;
const nodeScratch = new Uint8Array(1 + 2 * HASH_BYTES);
nodeScratch[0] = NODE_PREFIX;

/** SHA-256(0x00 || leaf). */
export function leafHash(leaf: Uint8Array): Uint8Array {
  const length = 1 + leaf.length;
  if (length > SCRATCH_BYTES) {
    const preimage = new Uint8Array(length);
    preimage[0] = LEAF_PREFIX;
    preimage.set(leaf, 1);
    return sha256(preimage);
  }
  leafScratch.set(leaf, 1);
  return sha256(leafScratch.subarray(0, length));
}

/**
 * SHA-256(0x01 || left || right).
 * @throws EvidenceError HASH_LENGTH if one of them has not 32 bytes
 */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length !== HASH_BYTES || right.length !== HASH_BYTES) {
    throw new EvidenceError(
      'HASH_LENGTH',
      `a tree hash has ${left.length === HASH_BYTES ? right.length : left.length} bytes, not ${HASH_BYTES}`,
      'the proof or the stored tile is damaged',
    );
  }
  nodeScratch.set(left, 1);
  nodeScratch.set(right, 1 + HASH_BYTES);
  return sha256(nodeScratch);
}

/** Root of the tree without leaves: SHA-256 of nothing. */
export const emptyRoot: Uint8Array = sha256(new Uint8Array(0));
