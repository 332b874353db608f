// Tells damage from trouble. A row that is not what was written makes the evidence code, or JavaScript itself,
// throw in many ways; a disk that cannot be read makes SQLite say so, and may heal.

import { JournalError } from './journal-error.js';

function isOfSqlite(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_');
}

/**
 * What reading the log threw, as JOURNAL_DAMAGED where it is damage; errors of SQLite pass as they are.
 * @param where names the journal or the records in question
 * @param hint what a person can do about the damage
 */
export function asDamage(error: unknown, where: string, hint: string): unknown {
  if (isOfSqlite(error)) return error;
  if (error instanceof JournalError && error.code !== 'RECORD_ABSENT') return error;
  const said = error instanceof Error ? error.message : String(error);
  return new JournalError('JOURNAL_DAMAGED', `${where}: ${said}`, hint, error);
}
