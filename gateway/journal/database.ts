// Opens the one SQLite file that all roles share: WAL at synchronous=FULL, read back, or not at all.
// better-sqlite3 is compiled so that WAL silently means synchronous=NORMAL, which loses acknowledged rows in a
// power cut; and SQLite before 3.51.3 can corrupt a WAL that two connections use.

import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { requireColumnNames } from './column-names.js';
import { diskSpace } from './disk-space.js';
import { JournalError, journalError } from './journal-error.js';
import { setJournalRights, waitsForOwner } from './journal-rights.js';
import { migrate } from './migrations.js';
import { flushFolder } from './replace-file.js';
import { addRowCheck } from './row-check.js';

export type JournalDatabase = Database.Database;

/** Of pages kept by each connection. better-sqlite3 keeps 16,000, which a walk through a long log fills for nothing. */
const CACHE_KIB = 2_048;
const SYNCHRONOUS_FULL = 2;
const OLDEST_SAFE_SQLITE = [3, 51, 3] as const;
/** Below this the -shm file may not fit, and on small blocks SQLite dies by SIGBUS instead of an error. */
const MINIMUM_FREE_BYTES = 1024 * 1024;
/** Pages; at 4 KiB each the WAL is copied back, and its file used again, at about 4 MiB. */
const WAL_AUTOCHECKPOINT_PAGES = 1000;
/** Twice of what is copied back. */
const WAL_LIMIT_BYTES = 8 * 1024 * 1024;
const BUSY_TIMEOUT_MS = 5000;

export interface OpenOptions {
  /** `owner` migrates and checkpoints (the gateway role); `peer` writes its own rows; `reader` only reads. */
  readonly access: 'owner' | 'peer' | 'reader';
  /** Test control only: NORMAL must lose data in a power cut, or that test proves nothing. */
  readonly synchronous?: 'FULL' | 'NORMAL';
}

function atLeast(version: string, wanted: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  for (const [index, number] of wanted.entries()) {
    const part = parts[index] ?? 0;
    if (part !== number) return part > number;
  }
  return true;
}

function requireFreeSpace(path: string): void {
  const { freeBytes, totalBytes } = diskSpace(dirname(path));
  if (totalBytes === 0 || freeBytes >= MINIMUM_FREE_BYTES) return;
  throw new JournalError(
    'DISK_FULL',
    `only ${freeBytes} bytes are free beside ${path}, ${MINIMUM_FREE_BYTES} are needed to open it safely`,
    'free space on that disk',
  );
}

const absent = (message: string) =>
  new JournalError('JOURNAL_ABSENT', message, 'start the gateway role first: `coldgate run`');

/** A file that is there but cannot be opened is another matter: there a person must mend its rights. */
function requirePresent(path: string): void {
  if (!statSync(path, { throwIfNoEntry: false })) throw absent(`there is no journal at ${path} yet`);
  if (waitsForOwner(path)) throw absent(`${path} is not open for its group yet`);
}

/** SQLite's name for a database that is no file. It can be in no WAL, so it is refused, and leaves nothing behind. */
const IN_MEMORY = ':memory:';

function makeDurable(database: JournalDatabase, path: string, options: OpenOptions): void {
  const mode = database.pragma('journal_mode = WAL', { simple: true });
  const wanted = options.synchronous ?? 'FULL';
  database.pragma(`synchronous = ${wanted}`);
  const level = database.pragma('synchronous', { simple: true });
  if (mode !== 'wal' || (wanted === 'FULL' && level !== SYNCHRONOUS_FULL)) {
    throw new JournalError(
      'JOURNAL_NOT_DURABLE',
      `${path} opened with journal_mode=${mode}, synchronous=${level}; WAL and ${SYNCHRONOUS_FULL} are needed`,
      'use a local disk (no network share) and the SQLite that coldgate ships with',
    );
  }
  // Once a reader has let it grow, it becomes small again when it is begun anew.
  database.pragma(`journal_size_limit = ${WAL_LIMIT_BYTES}`);
  // Only the owner copies the WAL back: a second process doing so can stall or reset it under the writer.
  database.pragma(`wal_autocheckpoint = ${options.access === 'owner' ? WAL_AUTOCHECKPOINT_PAGES : 0}`);
}

/**
 * Opens the journal at `path`.
 * @throws JournalError DISK_FULL, DISK_READ_ONLY, JOURNAL_ABSENT, JOURNAL_DAMAGED, JOURNAL_NOT_DURABLE,
 *   JOURNAL_TOO_NEW, JOURNAL_UNREADABLE
 */
export function openDatabase(path: string, options: OpenOptions): JournalDatabase {
  let database: JournalDatabase | undefined;
  try {
    if (options.access === 'owner') {
      requireFreeSpace(path);
      if (path !== IN_MEMORY) setJournalRights(path);
    } else requirePresent(path);
    database = new Database(path, {
      readonly: options.access === 'reader',
      fileMustExist: options.access !== 'owner',
      timeout: BUSY_TIMEOUT_MS,
    });
    const version = String(database.prepare('SELECT sqlite_version()').pluck().get());
    if (!atLeast(version, OLDEST_SAFE_SQLITE)) {
      throw new JournalError(
        'JOURNAL_NOT_DURABLE',
        `SQLite ${version} can corrupt a WAL that two processes use; 3.51.3 or newer is needed`,
        'reinstall coldgate with its own better-sqlite3',
      );
    }
    database.pragma(`cache_size = ${-CACHE_KIB}`);
    addRowCheck(database);
    if (options.access !== 'reader') makeDurable(database, path, options);
    migrate(database, path, options.access === 'owner');
    if (options.access !== 'owner') requireColumnNames(database, path);
    // SQLite asks for the name of a new WAL to be kept, and does not look whether that failed.
    if (options.access === 'owner' && path !== IN_MEMORY) flushFolder(dirname(path));
    return database;
  } catch (error) {
    database?.close();
    throw journalError(error, path);
  }
}

/** Opens a damaged journal that was set aside, to read what can be read. @throws SQLite's errors */
export function openAsFound(path: string): JournalDatabase {
  const database = new Database(path, { readonly: true, fileMustExist: true });
  addRowCheck(database);
  return database;
}
