// Names that a card has put in another place, and their way back, at each start before anything leaves.

import type { Database } from 'better-sqlite3';
import { subjectOf } from '../../ledger-sync/evidence/record.js';
import { isNameOf } from './subject-name.js';

interface NameRow {
  readonly subject: Uint8Array;
  readonly name: string;
  readonly salt: Uint8Array | null;
}

/** Names that do not stand under their own hash. */
export function* unsoundNames(database: Database): Generator<NameRow> {
  const rows = database.prepare<[], NameRow>('SELECT subject, name, salt FROM subjects').all();
  for (const row of rows) if (!isNameOf(row.subject, row.name, row.salt)) yield row;
}

/** A name whose place was changed comes back to it; one that was changed itself finds no record, and harms nothing. */
export function mendNames(database: Database): void {
  const insert = database.prepare('INSERT OR IGNORE INTO subjects (subject, name, salt) VALUES (?, ?, ?)');
  for (const { name, salt } of unsoundNames(database)) {
    try {
      insert.run(subjectOf(name, salt ?? undefined), name, salt);
    } catch {
      // No text, or no salt: what it was is lost.
    }
  }
}
