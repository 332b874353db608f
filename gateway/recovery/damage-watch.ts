// Sees in the running gateway role that its journal is damaged, and leaves a note for the next start, which sets it aside.

import { journalError } from '../journal/journal-error.js';
import { noteRotten, noteSuspect } from './suspect-note.js';

/** Notes what a start of the role meets. @throws what the start throws */
export async function notingDamage<Started>(
  journalPath: string,
  start: () => Promise<Started>,
): Promise<Started> {
  try {
    return await start();
  } catch (error) {
    if (isDamage(error, journalPath)) noteSuspect(journalPath);
    throw error;
  }
}

const isDamage = (error: unknown, journalPath: string) =>
  journalError(error, journalPath).code === 'JOURNAL_DAMAGED';

export class DamageWatch {
  readonly #journalPath: string;
  readonly #onFatal = (error: unknown) => {
    if (isDamage(error, this.#journalPath)) noteSuspect(this.#journalPath);
  };

  /** From now on an error that ends the process is looked at. */
  constructor(journalPath: string) {
    this.#journalPath = journalPath;
    process.on('uncaughtExceptionMonitor', this.#onFatal);
  }

  /** A record is not what was signed: no broker gets what lies behind it before that is told. */
  found(): void {
    noteRotten(this.#journalPath);
  }

  close(): void {
    process.off('uncaughtExceptionMonitor', this.#onFatal);
  }
}
