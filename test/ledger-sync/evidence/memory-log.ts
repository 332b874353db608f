// A whole log in memory for tests: every leaf, every node computed by the recursive definition of RFC 9162
// section 2.1.1, which the code under test does not use.

import { leafHash, nodeHash } from '../../../ledger-sync/evidence/merkle.js';
import type { NodeReader } from '../../../ledger-sync/evidence/node-reader.js';

export class MemoryLog implements NodeReader {
  readonly leaves: readonly Uint8Array[];
  readonly #hashes: readonly Uint8Array[];

  constructor(leaves: readonly Uint8Array[]) {
    this.leaves = leaves;
    this.#hashes = leaves.map(leafHash);
  }

  /** A log of `size` different short leaves. */
  static ofSize(size: number): MemoryLog {
    return new MemoryLog(Array.from({ length: size }, (_, index) => Uint8Array.of(index >> 8, index & 0xff)));
  }

  node(level: number, index: number): Uint8Array {
    return this.rootOf(index * 2 ** level, (index + 1) * 2 ** level);
  }

  /** MTH of the leaves [begin, end). */
  rootOf(begin: number, end: number): Uint8Array {
    if (end - begin === 1) return this.leafHash(begin);
    let split = 1;
    while (split * 2 < end - begin) split *= 2;
    return nodeHash(this.rootOf(begin, begin + split), this.rootOf(begin + split, end));
  }

  leafHash(index: number): Uint8Array {
    const hash = this.#hashes[index];
    if (hash) return hash;
    throw new Error(`the log has no leaf ${index}`);
  }
}

/** The bytes with bit `bit` turned round. */
export function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const flipped = Uint8Array.from(bytes);
  const at = Math.floor(bit / 8) % Math.max(1, bytes.length);
  flipped[at] = (flipped[at] ?? 0) ^ (1 << (bit % 8));
  return flipped;
}
