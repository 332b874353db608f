// The checkpoints that this process has signed of late. One that comes back from the disk byte for byte needs no
// second look at its signature, which costs some 3 ms of the thread that also serves every port.

import type { SignedCheckpoint } from '../../ledger-sync/evidence/checkpoint.js';

/** More than any publisher that keeps up is behind. */
const KEPT = 512;

export class OwnCheckpoints {
  readonly #bySize = new Map<number, SignedCheckpoint>();
  #newestSize = Number.POSITIVE_INFINITY;

  /** Remembers one as the writer thread has just signed it, not as the disk gives it back. */
  note(checkpoint: SignedCheckpoint): void {
    this.#bySize.set(checkpoint.size, checkpoint);
    this.#newestSize = checkpoint.size;
    for (const oldest of this.#bySize.keys()) {
      if (this.#bySize.size <= KEPT) return;
      this.#bySize.delete(oldest);
    }
  }

  /** Whether `stored` is one of them, to the byte. False says nothing: verify its signature then. */
  has(stored: SignedCheckpoint): boolean {
    const own = this.#bySize.get(stored.size);
    return (
      own !== undefined &&
      own.timeMs === stored.timeMs &&
      Buffer.compare(own.root, stored.root) === 0 &&
      Buffer.compare(own.signature, stored.signature) === 0
    );
  }

  /** Whether it is on the disk before the writer thread's word of it has come, which is under way. */
  isToCome(stored: SignedCheckpoint): boolean {
    return stored.size > this.#newestSize;
  }
}
