// A file that only takes up room: given back when the disk is full, so that the journal can go on for a while
// and a person can still work on the machine. At least twice the bound of the WAL.

import { closeSync, fsyncSync, openSync, statSync, truncateSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { diskSpace } from './disk-space.js';

const BALLAST_BYTES = 16 * 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;
/** The ballast is no use if it is what fills the disk. */
const FREE_FACTOR = 4;

export class Ballast {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Takes the room, if the disk has plenty. Real blocks: a sparse file would give nothing back. */
  fill(): void {
    try {
      const { freeBytes } = diskSpace(dirname(this.#path));
      if (this.#size() >= BALLAST_BYTES || freeBytes < BALLAST_BYTES * FREE_FACTOR) return;
      const file = openSync(this.#path, 'w', 0o600);
      try {
        const chunk = Buffer.alloc(CHUNK_BYTES, 1);
        for (let written = 0; written < BALLAST_BYTES; written += CHUNK_BYTES) writeSync(file, chunk);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    } catch {
      this.release();
    }
  }

  /** Gives the room back. @returns whether there was any to give */
  release(): boolean {
    const isHeld = this.#size() > 0;
    try {
      truncateSync(this.#path, 0);
      return isHeld;
    } catch {
      // Nothing was held, or the disk does not allow it: either way there is nothing to give.
      return false;
    }
  }

  #size(): number {
    try {
      return statSync(this.#path).size;
    } catch {
      return 0;
    }
  }
}
