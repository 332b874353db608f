// Endless noise from a seed: AES in counter mode, so that the same seed gives the same bytes on every machine and
// a hundred megabytes cost a second.

import { createCipheriv, createHash } from 'node:crypto';

const CHUNK_BYTES = 64 * 1024;
const zeros = Buffer.alloc(CHUNK_BYTES);

export class Noise {
  readonly #cipher;
  #words: Uint32Array = new Uint32Array(0);
  #next = 0;

  constructor(seed: string) {
    const key = createHash('sha256').update(seed).digest();
    this.#cipher = createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16));
  }

  /** 65,536 random bytes. */
  chunk(): Buffer {
    return this.#cipher.update(zeros);
  }

  /** A whole number from 0 to `below` - 1. */
  below(below: number): number {
    if (this.#next >= this.#words.length) {
      const bytes = this.chunk();
      this.#words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
      this.#next = 0;
    }
    return (this.#words[this.#next++] ?? 0) % below;
  }
}
