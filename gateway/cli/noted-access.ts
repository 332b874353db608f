// What a command has taken out of the journal is noted in the log. A journal that cannot be written, as on a disk that is
// full or a copy for an investigation, still gives its evidence; then the person is told that no note was left.

import { createHash } from 'node:crypto';
import { userInfo } from 'node:os';
import { JournalError } from '../journal/journal-error.js';
import { type AccessNote, noteAccess } from '../privacy/access-note.js';
import type { CliIo } from './cli-io.js';

/** The console makes its files by this program, for somebody who is signed in there. */
const READER = 'COLDGATE_READER';

function readerHere(): string {
  const told = process.env[READER];
  if (told) return told;
  try {
    return userInfo().username;
  } catch {
    // A user of a container need not have a name.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

export const sha256Hex = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex');

/** Notes it in the name of whoever the console says, else of the system's user. */
export function noteTaken(journalPath: string, note: Omit<AccessNote, 'reader'>, io: CliIo): void {
  try {
    noteAccess(journalPath, { ...note, reader: readerHere() }, Date.now());
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    io.err(`coldgate: the log holds no note of this ${note.what}: ${error.message} [ACCESS_NOT_NOTED]`);
    io.err(`  hint: ${error.hint}`);
  }
}
