// Says a trouble of the journal once, however often it is met again, until writing works again. A line for each
// attempt would bury the one that a person must read, and wear the card that the log is kept on.

import type { Logger } from 'pino';

interface Trouble {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export class TroubleReport {
  readonly #log: Logger;
  readonly #ofJournal = new Set<string>();
  readonly #ofMark = new Set<string>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** A commit failed. */
  journalFailed({ code, message, hint }: Trouble): void {
    if (this.#ofJournal.has(code)) return;
    this.#ofJournal.add(code);
    this.#log.error({ code, hint }, message);
  }

  /** The mark beside the key could not be written; where the journal fails for the same cause that says it all. */
  markFailed({ code, message, hint }: Trouble): void {
    if (this.#ofJournal.has(code) || this.#ofMark.has(code)) return;
    this.#ofMark.add(code);
    this.#log.warn({ code, hint }, message);
  }

  /** A commit went through after failed ones. */
  healed(): void {
    this.#ofJournal.clear();
    this.#ofMark.clear();
    this.#log.info('writing the journal works again');
  }
}
