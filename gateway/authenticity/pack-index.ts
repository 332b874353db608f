// Finds a pack of a lot by the first bytes of its commitment: a hash table over what the snapshot holds, without an object
// per pack. A lot of a million takes 16 MiB and 0.1 s.

import { PACK_PREFIX_BYTES } from '../../ledger-sync/serials/snapshot.js';

const EMPTY = 0;

export class PackIndex {
  readonly #prefixes: Uint8Array;
  /** Place of a pack plus one; a power of two of them, at most half full. */
  readonly #slots: Uint32Array;

  /** @param prefixes 12 bytes a pack, in the order of the lot */
  constructor(prefixes: Uint8Array) {
    this.#prefixes = prefixes;
    const packs = prefixes.length / PACK_PREFIX_BYTES;
    let size = 2;
    while (size < packs * 2) size *= 2;
    this.#slots = new Uint32Array(size);
    for (let index = 0; index < packs; index++) {
      let slot = this.#slotOf(prefixes, index * PACK_PREFIX_BYTES);
      while (this.#slots[slot] !== EMPTY) slot = (slot + 1) % size;
      this.#slots[slot] = index + 1;
    }
  }

  /** Place of a pack in the lot. @param commitment 32 bytes */
  find(commitment: Uint8Array): number | undefined {
    let slot = this.#slotOf(commitment, 0);
    for (let held = this.#slots[slot]; held !== undefined && held !== EMPTY; held = this.#slots[slot]) {
      if (this.#is(held - 1, commitment)) return held - 1;
      slot = (slot + 1) % this.#slots.length;
    }
    return undefined;
  }

  /** Commitments are hashes, so any four bytes spread well. */
  #slotOf(bytes: Uint8Array, at: number): number {
    const [a = 0, b = 0, c = 0, d = 0] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
    return (((a << 24) | (b << 16) | (c << 8) | d) >>> 0) % this.#slots.length;
  }

  #is(index: number, commitment: Uint8Array): boolean {
    const from = index * PACK_PREFIX_BYTES;
    for (let at = 0; at < PACK_PREFIX_BYTES; at++) {
      if (this.#prefixes[from + at] !== commitment[at]) return false;
    }
    return true;
  }
}
