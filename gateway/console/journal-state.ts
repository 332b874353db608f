// What is kept beside the log, read from the journal at each look: never older than the last commit, and without a copy of
// the judges' snapshots in memory.

import type { JournalReader } from '../journal/journal-reader.js';
import type { StateView } from '../requests/request.js';

export class JournalState implements StateView {
  readonly #journal: JournalReader;

  constructor(journal: JournalReader) {
    this.#journal = journal;
  }

  get(key: string): string | undefined {
    return this.#journal.judgeState(key);
  }

  entries(prefix: string): readonly (readonly [key: string, value: string])[] {
    return this.#journal.judgeStatesOf(prefix);
  }
}
