// The console's own SQLite file beside the journal: what charts and lists need, made from proven leaves, and made again from
// the log whenever it is missing, damaged, of another layout or of another log. Losing it loses nothing but time.
//
// All changes since the last commit are in one open transaction that this connection itself sees: charts are of this
// second, and the card is written once in ten minutes. After a crash the log is read on from the last commit.

import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { compactRangeAt } from '../../../ledger-sync/evidence/node-reader.js';
import { JournalError } from '../../journal/journal-error.js';
import type { JournalReader } from '../../journal/journal-reader.js';
import { INDEX_LAYOUT, layOut } from './index-layout.js';

export type IndexConnection = Database.Database;

/** The root of a log without records stands for it. */
const noRoot = Buffer.alloc(32);
const CACHE_KIB = 4_096;

export const indexPathOf = (dataDir: string): string => join(dataDir, 'console', 'index.db');

interface Meta {
  readonly gateway: Uint8Array;
  readonly size: number;
  readonly root: Uint8Array;
}

function rootAt(journal: JournalReader, size: number): Uint8Array {
  if (size === 0) return noRoot;
  try {
    return compactRangeAt(size, journal.log).root();
  } catch (error) {
    // Lost with a damaged journal: the index is made anew.
    if (error instanceof JournalError && error.code === 'RECORD_ABSENT') return noRoot;
    throw error;
  }
}

function connect(path: string): IndexConnection {
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  // Consistent after a power cut, though perhaps a commit younger: the log has it all.
  database.pragma('synchronous = NORMAL');
  database.pragma(`cache_size = ${-CACHE_KIB}`);
  database.pragma('temp_store = MEMORY');
  return database;
}

/** Whether it continues this very log. */
function fits(database: IndexConnection, journal: JournalReader): boolean {
  if (database.pragma('user_version', { simple: true }) !== INDEX_LAYOUT) return false;
  if (database.pragma('quick_check(1)', { simple: true }) !== 'ok') return false;
  const meta = database.prepare<[], Meta>('SELECT gateway, size, root FROM meta').get();
  if (!meta || Buffer.compare(meta.gateway, journal.gateway) !== 0) return false;
  const size = journal.log.latestCheckpoint()?.size ?? 0;
  return meta.size <= size && Buffer.compare(rootAt(journal, meta.size), meta.root) === 0;
}

function openIfFit(path: string, journal: JournalReader): IndexConnection | undefined {
  let database: IndexConnection | undefined;
  try {
    database = connect(path);
    if (fits(database, journal)) return database;
  } catch {
    // Damaged, or of a newer program: made anew.
  }
  database?.close();
  return undefined;
}

/** Whether records of that boot lie in it by a clock that was not trusted. */
export function hasUnplaced(database: IndexConnection, bootCount: number): boolean {
  return database.prepare('SELECT 1 FROM unplaced_boots WHERE boot_count = ?').get(bootCount) !== undefined;
}

/** Begins it anew, in place. */
export function emptyIndex(database: IndexConnection): void {
  database.transaction(() => {
    for (const table of [
      'unplaced_boots',
      'sensors',
      'spans',
      'holes',
      'doors',
      'positions',
      'tags',
      'events',
    ])
      database.exec(`DELETE FROM ${table}`);
    database.prepare('UPDATE meta SET size = 0, root = ?').run(noRoot);
  })();
}

/** Opens the index of that journal, or begins it anew. @throws the errors of SQLite and of the file system */
export function openIndex(path: string, journal: JournalReader): IndexConnection {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const known = openIfFit(path, journal);
  if (known) return known;
  for (const tail of ['', '-wal', '-shm']) rmSync(path + tail, { force: true });
  closeSync(openSync(path, 'a', 0o600));
  const database = connect(path);
  database.transaction(() => {
    layOut(database);
    database
      .prepare('INSERT INTO meta (one, gateway, size, root) VALUES (1, ?, 0, ?)')
      .run(journal.gateway, noRoot);
  })();
  return database;
}
