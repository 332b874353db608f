// The tree of a lot (PROTOCOL.md, "Serials"): RFC 9162 over the packs in the order of the file. All nodes are kept, since
// a maker makes a proof for every pack.

import { buildInclusion } from '../evidence/inclusion.js';
import { leafHash, nodeHash } from '../evidence/merkle.js';
import { type NodeReader, subtreeRoot } from '../evidence/node-reader.js';

export class LotTree implements NodeReader {
  readonly #levels: Uint8Array[][];

  /** @param leaves of 52 bytes each, at least one */
  constructor(leaves: readonly Uint8Array[]) {
    let level = leaves.map((leaf) => leafHash(leaf));
    this.#levels = [level];
    while (level.length > 1) {
      // Only whole subtrees: what has no sibling yet is joined where the root is made.
      level = Array.from({ length: level.length >> 1 }, (_, index) =>
        nodeHash(hashAt(level, 2 * index), hashAt(level, 2 * index + 1)),
      );
      this.#levels.push(level);
    }
  }

  get size(): number {
    return this.#levels[0]?.length ?? 0;
  }

  get root(): Uint8Array {
    return subtreeRoot(0, this.size, this);
  }

  node(level: number, index: number): Uint8Array {
    return hashAt(this.#levels[level] ?? [], index);
  }

  /** Sibling hashes of a pack, nearest first. @throws EvidenceError RANGE_INVALID */
  path(index: number): Uint8Array[] {
    return buildInclusion(index, this.size, this);
  }
}

function hashAt(level: readonly Uint8Array[], index: number): Uint8Array {
  const hash = level[index];
  if (hash) return hash;
  throw new RangeError(`the lot has no node ${index} there`);
}
