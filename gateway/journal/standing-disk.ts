// Asks after each commit whether the file system still stands. A kernel that gives a file system up (an error with
// errors=remount-ro, a shutdown) throws the running transaction of its own journal away, and an fsync that waits
// for just that transaction returns success: measured with ext4 on Linux 6.18. What was acknowledged on the word of
// that fsync is gone at the next mount.
// ext4 aborts its journal (fs/ext4/super.c, ext4_handle_error) and writes its superblock before it calls itself
// read-only. In between a change of times still succeeds, since ext4_dirty_inode tells nobody that it got no journal
// handle; a change of a file's size (ext4_setattr) does tell.
// The size that the file is given says how long the confirmed log is: a log that lost its end is behind it. A single
// flipped bit in the WAL makes SQLite drop all that follows without a word.

import { closeSync, fstatSync, ftruncateSync, openSync, statSync } from 'node:fs';
import { JournalError } from './journal-error.js';

/** Errors that only a file system gives that has been given up. */
const fallen = new Set(['EROFS', 'EIO', 'ESHUTDOWN', 'ENODEV']);
/**
 * Sizes of the log that are told apart; the file has two bytes for each, so that a commit without records changes it too.
 * It has no content and takes no block. Half of it is more than a WAL may hold.
 */
const SIZES = 2 ** 17;

const confirmedPathOf = (path: string) => `${path}-confirmed`;

/** Records that were confirmed and are behind the end of a log of `size`, by what the file says; 0 if none is known of. */
function beyond(bytes: number, size: number): number {
  // Nobody has confirmed anything yet.
  if (bytes === 0) return 0;
  const ahead = (((Math.floor(bytes / 2) - size) % SIZES) + SIZES) % SIZES;
  return ahead < SIZES / 2 ? ahead : 0;
}

/**
 * How many records of the journal at `path` were confirmed and are gone, at least; works while it is written.
 * @param sizeOf records in the log; asked after the file, which is never ahead of it
 */
export function lostBehindEnd(path: string, sizeOf: () => number): number {
  const bytes = statSync(confirmedPathOf(path), { throwIfNoEntry: false })?.size ?? 0;
  return beyond(bytes, sizeOf());
}

/** Refuses a log that lost its end. @throws JournalError JOURNAL_DAMAGED */
export function refuseShortenedLog(path: string, sizeOf: () => number): void {
  const lost = lostBehindEnd(path, sizeOf);
  if (lost === 0) return;
  throw new JournalError(
    'JOURNAL_DAMAGED',
    `${path} ends with ${sizeOf()} records; at least ${lost} more were confirmed and are gone`,
    'the card has lost data: keep the folder as it is, copy it aside, replace the card; ' +
      `if the log was begun anew on purpose, delete ${confirmedPathOf(path)}`,
  );
}

export class StandingDisk {
  readonly #path: string;
  readonly #file: number;
  #bytes: number;

  /** Watches the file system of the journal at `path`, by a file without content beside it. */
  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(confirmedPathOf(path), 'a', 0o600);
    this.#bytes = fstatSync(this.#file).size;
  }

  /**
   * To be called when a commit has returned and before anybody is told. Changes the size of a file, which a file system
   * that was given up refuses; nothing is written for it at once. About 10 us.
   * @param size records in the log, with those of this commit
   * @throws JournalError FSYNC_FAILED: the commit may be on the disk or not, and only a restart can tell
   */
  confirm(size: number): void {
    try {
      // From 2 on: a file without a size says nothing.
      const even = 2 * (size % SIZES || SIZES);
      const bytes = this.#bytes === even ? even + 1 : even;
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
