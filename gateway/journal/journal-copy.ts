// A copy of the journal for a version of the program to be tried on, and what any program may ask of a journal of any layout. The
// copy gets another identity before anything is signed on it: a second log under the gateway's own key would be a fork.

import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { signCheckpoint } from '../../ledger-sync/evidence/checkpoint.js';
import type { Signer } from '../../ledger-sync/evidence/signer.js';
import { openDatabase } from './database.js';
import { journalError } from './journal-error.js';
import { LogReader } from './log-reader.js';

/** All pages in one step: between steps a writer would have it begin anew. */
const ALL_PAGES = 0x7fff_ffff;

/** Loads the database, which is machine code. @throws what loading it throws */
export function sqliteVersion(): string {
  const database = new Database(':memory:');
  const version = String(database.prepare('SELECT sqlite_version()').pluck().get());
  database.close();
  return version;
}

/** Of the journal at `path`, whoever wrote it; undefined where there is none. @throws JournalError */
export function layoutOf(path: string): number | undefined {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return undefined;
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { readonly: true, fileMustExist: true });
    return Number(database.pragma('user_version', { simple: true }));
  } catch (error) {
    throw journalError(error, path);
  } finally {
    database?.close();
  }
}

/** Copies a journal that may be in use, as it is at one moment. Its write-ahead log grows meanwhile. @throws JournalError */
export async function copyJournal(path: string, copy: string): Promise<void> {
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { readonly: true, fileMustExist: true });
    await database.backup(copy, { progress: () => ALL_PAGES });
  } catch (error) {
    throw journalError(error, path);
  } finally {
    database?.close();
  }
}

/** Makes the copy at `path` the log of another key, from its last checkpoint on. @throws JournalError */
export function giveToSigner(path: string, signer: Signer): void {
  const database = openDatabase(path, { access: 'owner' });
  try {
    const last = new LogReader(database, signer.address).latestCheckpoint();
    database.transaction(() => {
      database.prepare('UPDATE log_identity SET gateway = ?').run(signer.address);
      if (!last) return;
      const { size, root, timeMs } = last;
      const { signature } = signCheckpoint(signer, { gateway: signer.address, size, root, timeMs });
      // It lies in either place (checkpoint-rows.ts).
      database.prepare('UPDATE checkpoints SET signature = ? WHERE size = ?').run(signature, size);
      database
        .prepare('UPDATE records SET signature = ? WHERE sequence = ? AND root IS NOT NULL')
        .run(signature, size - 1);
    })();
  } catch (error) {
    throw journalError(error, path);
  } finally {
    database.close();
  }
}
