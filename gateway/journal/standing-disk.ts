// Asks after each commit whether the file system still stands. A kernel that gives a file system up (an error with
// errors=remount-ro, a shutdown) throws the running transaction of its own journal away, and an fsync that waits
// for just that transaction returns success: measured with ext4 on Linux 6.18, in every second such moment.
// What was acknowledged on the word of that fsync is gone at the next mount.

import { closeSync, futimesSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { JournalError } from './journal-error.js';

/** Errors that only a file system gives that has been given up. */
const fallen = new Set(['EROFS', 'EIO', 'ESHUTDOWN', 'ENODEV']);

export class StandingDisk {
  readonly #path: string;
  readonly #folder: number;

  /** Watches the file system of the journal at `path`. */
  constructor(path: string) {
    this.#path = path;
    this.#folder = openSync(dirname(path), 'r');
  }

  /**
   * To be called when a commit has returned and before anybody is told. Begins a change of the folder's time, which a
   * file system that was given up refuses; nothing is written for it at once. About 1 us.
   * @throws JournalError FSYNC_FAILED: the commit may be on the disk or not, and only a restart can tell
   */
  confirm(): void {
    try {
      const now = Date.now() / 1000;
      futimesSync(this.#folder, now, now);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      // A folder of somebody else's refuses the change for another reason, and tells nothing.
      if (!fallen.has(code)) return;
      throw new JournalError(
        'FSYNC_FAILED',
        `the disk was given up while a commit was made durable (${this.#path}: ${code})`,
        'remount it read-write or replace the card; the role restarts and looks again',
        error,
      );
    }
  }

  close(): void {
    closeSync(this.#folder);
  }
}
