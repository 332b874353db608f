// A note beside the journal that SQLite found it corrupt while it was in use. The next start looks at the whole file: memory
// and cables err too, and a good journal is not set aside for that, unless it happens again.

import { existsSync, readFileSync } from 'node:fs';
import type { JournalDatabase } from '../journal/database.js';
import { JournalError } from '../journal/journal-error.js';
import { replaceFile } from '../journal/replace-file.js';

const pathOf = (journalPath: string) => `${journalPath}-suspect`;
/** Found corrupt so often, a journal is, whatever a check says. */
const MAX_TIMES = 2;

function timesOf(journalPath: string): number {
  if (!existsSync(pathOf(journalPath))) return 0;
  return Number(readFileSync(pathOf(journalPath), 'utf8')) || 1;
}

/** Notes it durably; a disk that does not take the note does not take a journal either. */
export function noteSuspect(journalPath: string): void {
  note(journalPath, timesOf(journalPath) + 1);
}

/** The same where no check of SQLite would find anything: what is stored is not what was signed. */
export function noteRotten(journalPath: string): void {
  if (timesOf(journalPath) < MAX_TIMES) note(journalPath, MAX_TIMES);
}

function note(journalPath: string, times: number): void {
  try {
    replaceFile(pathOf(journalPath), String(times));
  } catch {
    // The next commit fails again, and then the note may succeed.
  }
}

/**
 * Checks a journal of which there is a note. Takes about as long as it takes to read the file once.
 * @throws JournalError JOURNAL_DAMAGED; SQLite's errors
 */
export function checkSuspect(database: JournalDatabase, journalPath: string): void {
  const times = timesOf(journalPath);
  if (times === 0) return;
  const said =
    times < MAX_TIMES
      ? database.pragma('quick_check(1)', { simple: true })
      : 'it was found corrupt while it was in use';
  if (said === 'ok') return;
  throw new JournalError(
    'JOURNAL_DAMAGED',
    `${journalPath}: ${said}`,
    'keep the file as it is, copy it aside, and ask for recovery',
  );
}
