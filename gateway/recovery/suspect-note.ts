// A note beside the journal that SQLite found it corrupt while it was in use. The next start looks at the whole file: memory
// and cables err too, and a good journal is not set aside for that, unless it happens again soon.

import { existsSync, readFileSync } from 'node:fs';
import type { JournalDatabase } from '../journal/database.js';
import { JournalError } from '../journal/journal-error.js';
import { replaceFile } from '../journal/replace-file.js';

const pathOf = (journalPath: string) => `${journalPath}-suspect`;
/** Found corrupt so often, a journal is, whatever a check says. */
const MAX_TIMES = 2;
/** Written since a check found it whole, they make the next time a first one: more than a day of a truck. */
const FORGIVEN_AFTER_RECORDS = 100_000;

interface Suspicion {
  readonly times: number;
  /** Records that the journal had when a check found it whole. */
  readonly wholeAt?: number | undefined;
}

function readNote(journalPath: string): Suspicion {
  if (!existsSync(pathOf(journalPath))) return { times: 0 };
  const [times = 0, wholeAt] = readFileSync(pathOf(journalPath), 'utf8').split(' ').map(Number);
  return { times: times || 1, wholeAt };
}

/** Notes it durably; a disk that does not take the note does not take a journal either. */
export function noteSuspect(journalPath: string): void {
  const { times, wholeAt } = readNote(journalPath);
  note(journalPath, { times: times + 1, wholeAt });
}

/** The same where no check of SQLite would find anything: what is stored is not what was signed. */
export function noteRotten(journalPath: string): void {
  note(journalPath, { times: MAX_TIMES });
}

function note(journalPath: string, { times, wholeAt }: Suspicion): void {
  try {
    replaceFile(pathOf(journalPath), wholeAt === undefined ? `${times}` : `${times} ${wholeAt}`);
  } catch {
    // The next commit fails again, and then the note may succeed.
  }
}

/**
 * Checks a journal of which there is a new note. Takes about as long as it takes to read the file once.
 * @throws JournalError JOURNAL_DAMAGED; SQLite's errors
 */
export function checkSuspect(database: JournalDatabase, journalPath: string): void {
  const { times, wholeAt } = readNote(journalPath);
  const isChecked = times === 1 && wholeAt !== undefined;
  if (times === 0 || isChecked) return;
  const records = database.prepare<[], number | null>('SELECT max(sequence) FROM records').pluck();
  const size = () => (records.get() ?? -1) + 1;
  const isAgain = times >= MAX_TIMES && (wholeAt === undefined || size() - wholeAt < FORGIVEN_AFTER_RECORDS);
  const said = isAgain
    ? 'it was found corrupt while it was in use'
    : database.pragma('quick_check(1)', { simple: true });
  if (said === 'ok') {
    note(journalPath, { times: 1, wholeAt: size() });
    return;
  }
  throw new JournalError(
    'JOURNAL_DAMAGED',
    `${journalPath}: ${said}`,
    'keep the file as it is, copy it aside, and ask for recovery',
  );
}
