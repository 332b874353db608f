// The compact range [0, size) of a log: the roots of its complete subtrees, one per set bit of the size. All
// that a writer or a stateful reader must keep to append and to know the root (RFC 9162 section 2.1.1).

import { EvidenceError } from './evidence-error.js';
import { emptyRoot, HASH_BYTES, nodeHash } from './merkle.js';

export class CompactRange {
  #size = 0;
  #hashes: Uint8Array[] = [];

  /**
   * A range from its parts.
   * @param hashes left to right, largest subtree first; as many as `size` has bits set
   * @throws EvidenceError RANGE_INVALID
   */
  static of(size: number, hashes: readonly Uint8Array[]): CompactRange {
    const fits = Number.isSafeInteger(size) && size >= 0 && hashes.length === countBits(size);
    if (!fits || hashes.some((hash) => hash.length !== HASH_BYTES)) {
      throw new EvidenceError(
        'RANGE_INVALID',
        `${hashes.length} hashes cannot be the compact range of ${size} leaves`,
        'the range was cut short or belongs to another size',
      );
    }
    const range = new CompactRange();
    range.#size = size;
    range.#hashes = [...hashes];
    return range;
  }

  /** Leaves so far. */
  get size(): number {
    return this.#size;
  }

  /** Left to right, largest subtree first. */
  get hashes(): readonly Uint8Array[] {
    return this.#hashes;
  }

  /**
   * Adds one leaf by its hash.
   * @throws EvidenceError HASH_LENGTH
   */
  append(leafHash: Uint8Array): void {
    let hash = leafHash;
    for (let index = this.#size; index % 2 === 1; index = (index - 1) / 2) {
      const left = this.#hashes.at(-1);
      if (!left) break;
      hash = nodeHash(left, hash);
      this.#hashes.pop();
    }
    this.#hashes.push(hash);
    this.#size += 1;
  }

  /** Root of the tree of all leaves so far. */
  root(): Uint8Array {
    return foldFromRight(this.#hashes) ?? emptyRoot;
  }

  clone(): CompactRange {
    return CompactRange.of(this.#size, this.#hashes);
  }
}

/** Joins subtree roots, largest first, into one root: the right end of an RFC 9162 tree. */
export function foldFromRight(hashes: readonly Uint8Array[]): Uint8Array | undefined {
  return hashes.length === 0 ? undefined : hashes.reduceRight((right, left) => nodeHash(left, right));
}

function countBits(size: number): number {
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}
