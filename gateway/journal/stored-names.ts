// Whether the names in the journal are those that were hashed. One that is absent was erased only if all others are where they were
// written.

import type { Database } from 'better-sqlite3';
import { arePagesSound } from './row-check.js';
import { isNameOf } from './subject-name.js';

/** Whether a name stands that does not give its own hash. */
export function isAnyNameRotten(database: Database): boolean {
  const rows = database
    .prepare<[], Record<string, unknown>>('SELECT subject, name, salt FROM subjects')
    .iterate();
  for (const { subject, name, salt } of rows) if (!isNameOf(subject, name, salt)) return true;
  return false;
}

/** Whether each name is there and stands under its own hash. The pages of the table say whether it has lost a row. */
export function areNamesSound(database: Database): boolean {
  return arePagesSound(database, 'subjects') && !isAnyNameRotten(database);
}
