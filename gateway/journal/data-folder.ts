// The folder of the journal, which nobody but the gateway's own user and group may look into.

import { mkdirSync } from 'node:fs';
import { journalError } from './journal-error.js';

/** @throws JournalError */
export function makeDataFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o750 });
  } catch (error) {
    throw journalError(error, path);
  }
}
