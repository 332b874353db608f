// Whether the names in the journal are those that were hashed. One that is absent was erased only if all others are where they were
// written.

import type { Database } from 'better-sqlite3';
import { isNameOf } from './subject-name.js';

interface NameRow {
  readonly subject: Uint8Array;
  readonly name: string;
  readonly salt: Uint8Array | null;
}

/** Whether a name stands that does not give its own hash. */
export function isAnyNameRotten(database: Database): boolean {
  const rows = database.prepare<[], NameRow>('SELECT subject, name, salt FROM subjects').iterate();
  for (const { subject, name, salt } of rows) if (!isNameOf(subject, name, salt)) return true;
  return false;
}

/** Whether each name is there and stands under its own hash. The pages of the table say whether it has lost a row. */
export function areNamesSound(database: Database): boolean {
  return (
    database.pragma("integrity_check('subjects')", { simple: true }) === 'ok' && !isAnyNameRotten(database)
  );
}
