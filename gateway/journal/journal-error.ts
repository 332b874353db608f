// Errors of the journal: every foreign error of SQLite or of the file system is wrapped here, in one place,
// with what a person can do. No error ever leads to a fresh database.

import { statSync, utimesSync } from 'node:fs';
import { dirname } from 'node:path';

export type JournalErrorCode =
  | 'DISK_FULL'
  | 'DISK_READ_ONLY'
  | 'DISK_IO'
  | 'FSYNC_FAILED'
  | 'JOURNAL_DAMAGED'
  | 'JOURNAL_BUSY'
  | 'JOURNAL_ABSENT'
  | 'JOURNAL_UNREADABLE'
  | 'JOURNAL_TOO_NEW'
  | 'JOURNAL_NOT_DURABLE'
  | 'JOURNAL_OTHER_GATEWAY'
  | 'JOURNAL_OUTGROWN'
  | 'JOURNAL_REPLACED'
  | 'RECORD_ABSENT';

export class JournalError extends Error {
  readonly code: JournalErrorCode;
  readonly hint: string;

  constructor(code: JournalErrorCode, message: string, hint: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'JournalError';
    this.code = code;
    this.hint = hint;
  }
}

function foreignCode(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error) return String(error.code);
  return '';
}

/** An fsync of ours, as Node tells of it. */
function isFailedFsync(error: unknown): boolean {
  const isFsync = error instanceof Error && 'syscall' in error && error.syscall === 'fsync';
  return isFsync && foreignCode(error) === 'EIO';
}

/** What SQLite makes of EROFS where it cannot tell it from other trouble. */
const mayHideReadOnly = (code: string) => code === 'SQLITE_CANTOPEN' || code === 'SQLITE_IOERR_WRITE';

/** Asks by a write that changes nothing: a kernel that turned a faulty disk read-only still calls it writable. */
function isReadOnly(path: string): boolean {
  const folder = dirname(path);
  try {
    const { atime, mtime } = statSync(folder);
    utimesSync(folder, atime, mtime);
    return false;
  } catch (error) {
    return foreignCode(error) === 'EROFS';
  }
}

/**
 * Wraps an error that SQLite or a file call threw while working on `path`.
 * FULL, IOERR and CORRUPT stay apart: each asks a person for something else.
 */
export function journalError(error: unknown, path: string): JournalError {
  if (error instanceof JournalError) return error;
  const code = foreignCode(error);
  const said = error instanceof Error ? error.message : String(error);
  const wrap = (mine: JournalErrorCode, message: string, hint: string) =>
    new JournalError(mine, `${message} (${path}: ${said}${code ? `, ${code}` : ''})`, hint, error);
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_IOERR_SHMSIZE') {
    return wrap('DISK_FULL', 'the disk is full', 'free space on that disk; writing goes on by itself');
  }
  if (code.startsWith('SQLITE_READONLY') || code === 'EROFS' || (mayHideReadOnly(code) && isReadOnly(path))) {
    return wrap(
      'DISK_READ_ONLY',
      'the disk does not let the journal be written',
      'remount it read-write and check the rights of the folder; a card that turns read-only is worn out',
    );
  }
  if (code === 'SQLITE_IOERR_FSYNC' || code === 'SQLITE_IOERR_DIR_FSYNC' || isFailedFsync(error)) {
    return wrap(
      'FSYNC_FAILED',
      'the disk failed to make data durable',
      'replace the card; the role restarts and looks again',
    );
  }
  if (code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    return wrap(
      'JOURNAL_DAMAGED',
      'the journal is damaged',
      'keep the file as it is, copy it aside, and ask for recovery',
    );
  }
  if (code === 'SQLITE_BUSY' || code.startsWith('SQLITE_BUSY')) {
    return wrap(
      'JOURNAL_BUSY',
      'another process holds the journal',
      'stop the other gateway that uses this data folder',
    );
  }
  if (code === 'SQLITE_CANTOPEN' || code === 'ENOENT' || code === 'EACCES' || code === 'EPERM') {
    return wrap(
      'JOURNAL_UNREADABLE',
      'the journal cannot be opened',
      'check that the data folder exists and belongs to the user of the gateway',
    );
  }
  return wrap('DISK_IO', 'the disk failed', 'check the card and its cable; the gateway keeps trying');
}
