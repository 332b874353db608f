// A small table, read whole and row by row: a bit that has flipped in a key hides no row then, and an index that was changed
// leads nobody astray.

import type { Statement } from 'better-sqlite3';
import type { JournalDatabase } from './database.js';
import { asWritten } from './flipped-row.js';
import { type CheckedTable, isLaidOut } from './row-check.js';

export class CheckedRows<Row> {
  readonly #database: JournalDatabase;
  readonly #table: CheckedTable;
  #all: Statement<[], Record<string, unknown>> | undefined;

  /** @param table as nobody may have laid it out yet, it may be absent, and is empty then */
  constructor(database: JournalDatabase, table: CheckedTable) {
    this.#database = database;
    this.#table = table;
  }

  /** All rows as they were written, in no order, and of how many nobody can tell what that was. */
  read(): { readonly rows: Row[]; readonly lost: number } {
    if (!this.#all && !isLaidOut(this.#database, this.#table)) return { rows: [], lost: 0 };
    this.#all ??= this.#database.prepare(`SELECT * FROM ${this.#table} NOT INDEXED`);
    const found = this.#all.all();
    const rows = found.flatMap((row) => asWritten<Row>(this.#table, row) ?? []);
    return { rows, lost: found.length - rows.length };
  }

  /** Those of which it is known what was written. */
  known(): Row[] {
    return this.read().rows;
  }
}
