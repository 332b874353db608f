// What judges remember, and how far each sink is: read only where it is what was written.

import type { JournalDatabase } from './database.js';
import { JournalError } from './journal-error.js';
import { checkIn } from './row-check.js';

interface StateRow {
  readonly key: string;
  readonly value: string;
  readonly is_sound: 0 | 1;
}

const damaged = (what: string) =>
  new JournalError(
    'JOURNAL_DAMAGED',
    `${what} is not what was written`,
    'restart the gateway role: it puts right what can be put right, and tells the rest',
  );

export class SideRows {
  readonly #states;
  readonly #cursor;

  constructor(database: JournalDatabase) {
    this.#states = database.prepare<[string, string], StateRow>(
      `SELECT key, value, checksum IS ${checkIn('judge_state')} AS is_sound
       FROM judge_state WHERE key >= ? AND key < ? ORDER BY key`,
    );
    this.#cursor = database.prepare<[string], { size: number; is_sound: 0 | 1 }>(
      `SELECT size, checksum IS ${checkIn('cursors')} AS is_sound FROM cursors WHERE sink = ?`,
    );
  }

  /** @throws JournalError JOURNAL_DAMAGED */
  state(key: string): string | undefined {
    return this.#statesIn(key, `${key}\0`)[0]?.[1];
  }

  /** Those whose key begins with `prefix` (ASCII), by key. @throws JournalError JOURNAL_DAMAGED */
  statesOf(prefix: string): [key: string, value: string][] {
    return this.#statesIn(prefix, `${prefix}\u{10ffff}`);
  }

  /** @throws JournalError JOURNAL_DAMAGED */
  cursor(sink: string): number | undefined {
    const row = this.#cursor.get(sink);
    if (row && !row.is_sound) throw damaged(`how far ${sink} is`);
    return row?.size;
  }

  #statesIn(from: string, beyond: string): [key: string, value: string][] {
    return this.#states.all(from, beyond).map(({ key, value, is_sound: isSound }) => {
      if (!isSound) throw damaged(`the state ${key}`);
      return [key, value];
    });
  }
}
