// Asks after each commit whether the file system still stands. A kernel that gives a file system up (an error with
// errors=remount-ro, a shutdown) throws the running transaction of its own journal away, and an fsync that waits
// for just that transaction returns success: measured with ext4 on Linux 6.18. What was acknowledged on the word of
// that fsync is gone at the next mount.
// ext4 aborts its journal (fs/ext4/super.c, ext4_handle_error) and writes its superblock before it calls itself
// read-only. In between a change of times still succeeds, since ext4_dirty_inode tells nobody that it got no journal
// handle; a change of a file's size (ext4_setattr) does tell.

import { closeSync, fstatSync, ftruncateSync, openSync } from 'node:fs';
import { JournalError } from './journal-error.js';

/** Errors that only a file system gives that has been given up. */
const fallen = new Set(['EROFS', 'EIO', 'ESHUTDOWN', 'ENODEV']);
/** Below the smallest usual block. Growing costs one inode; only the way back to 0 asks for more, once in so many. */
const MAX_BYTES = 1023;

export class StandingDisk {
  readonly #path: string;
  readonly #file: number;
  #bytes: number;

  /** Watches the file system of the journal at `path`, by a file without content beside it. */
  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(`${path}-standing`, 'a', 0o600);
    this.#bytes = fstatSync(this.#file).size;
  }

  /**
   * To be called when a commit has returned and before anybody is told. Changes the size of a file, which a file system
   * that was given up refuses; nothing is written for it at once. About 10 us.
   * @throws JournalError FSYNC_FAILED: the commit may be on the disk or not, and only a restart can tell
   */
  confirm(): void {
    try {
      const bytes = this.#bytes < MAX_BYTES ? this.#bytes + 1 : 0;
      ftruncateSync(this.#file, bytes);
      this.#bytes = bytes;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      // A disk without room, for one, says nothing about the commit.
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
    closeSync(this.#file);
  }
}
