// The name behind a subject, as it goes out: one that does not give the hash in the record says the wrong sensor.

import { JournalError } from '../journal/journal-error.js';
import type { LogReader } from '../journal/log-reader.js';
import { isNameOf } from '../journal/subject-name.js';

/** What the journal holds as a name. */
interface StoredName {
  readonly name: string;
  readonly salt: Uint8Array | undefined;
}

/** Does nothing if that is the name that was hashed. @throws JournalError JOURNAL_DAMAGED */
export function requireSignedName(subject: Uint8Array, { name, salt }: StoredName): void {
  if (isNameOf(subject, name, salt)) return;
  throw new JournalError(
    'JOURNAL_DAMAGED',
    'a name in the journal is not what was signed',
    'a sensor mends its own with its next reading; else the card has lost data: copy the file aside, replace the card',
  );
}

/** Undefined where it was erased. @throws JournalError JOURNAL_DAMAGED */
export function signedName(log: LogReader, subject: Uint8Array): string | undefined {
  const stored = log.subjectName(subject);
  if (stored) requireSignedName(subject, stored);
  return stored?.name;
}
