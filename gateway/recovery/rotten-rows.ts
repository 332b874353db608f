// Rows beside the log that are not what was written, as a start finds them: the check in each row says so, and the bit that has
// flipped is found by trying all. What cannot be put back so makes the journal a damaged one, unless it is asked for again.

import type { JournalDatabase } from '../journal/database.js';
import { asWritten } from '../journal/flipped-row.js';
import { JournalError } from '../journal/journal-error.js';
import {
  askedAgain,
  type CheckedTable,
  checkedTables,
  checkIn,
  insertInto,
  isLaidOut,
  isSoundRow,
} from '../journal/row-check.js';

/** What a start has put right. */
export interface MendedRows {
  /** Tables in which flipped bits were put back. */
  readonly putBack: readonly CheckedTable[];
  /** Tables of which rows are gone that the ledger, or a maker's service, is asked for again. */
  readonly askedAgain: readonly CheckedTable[];
}

type Row = Readonly<Record<string, unknown>>;

/** What a check says of rows and of their places in an index; all else it says is about pages, which nobody can mend row by row. */
const OF_ROWS =
  /^(ok$|row |rowid not at end|wrong # of entries |non-unique entry |CHECK constraint |(NULL|NUMERIC|TEXT|non-\w+) value )/;

class RottenTable {
  readonly #database: JournalDatabase;
  readonly #table: CheckedTable;

  constructor(database: JournalDatabase, table: CheckedTable) {
    this.#database = database;
    this.#table = table;
  }

  /** @returns how many rows were lost; undefined if there was nothing to put right. @throws JournalError, SQLite's errors */
  mend(): number | undefined {
    const said = this.#check();
    const wrong = said.find((line) => !OF_ROWS.test(line));
    if (wrong !== undefined) throw damaged(`${this.#table}: ${wrong}`);
    if (said[0] === 'ok' && !this.#isAnyRotten()) return undefined;
    const rows = this.#database.prepare<[], Row>(`SELECT * FROM ${this.#table} NOT INDEXED`).all();
    return this.#writeAnew(rows);
  }

  #check(): readonly string[] {
    const lines = this.#database.pragma(`integrity_check('${this.#table}')`) as { integrity_check: string }[];
    return lines.map(({ integrity_check: line }) => line);
  }

  #isAnyRotten(): boolean {
    const query = `SELECT 1 FROM ${this.#table} NOT INDEXED WHERE checksum IS NOT ${checkIn(this.#table)} LIMIT 1`;
    return this.#database.prepare(query).get() !== undefined;
  }

  /** The whole table, in its order: a row that was changed in its key is not where an index would find it. */
  #writeAnew(rows: readonly Row[]): number {
    this.#database.exec(`DELETE FROM ${this.#table}`);
    const keep = this.#database.prepare<unknown[]>(insertInto(this.#table, 'INSERT OR REPLACE'));
    // Who missed the row may have written it anew since.
    const putBack = this.#database.prepare<unknown[]>(insertInto(this.#table, 'INSERT OR IGNORE'));
    let lost = 0;
    for (const row of rows) {
      const written = asWritten<Row>(this.#table, row);
      const insert = isSoundRow(this.#table, row) ? keep : putBack;
      if (written) insert.run(...checkedTables[this.#table].map((column) => written[column]));
      else lost += 1;
    }
    if (lost > 0 && !askedAgain.has(this.#table))
      throw damaged(`a row of ${this.#table} is not what was written`);
    const [said = ''] = this.#check();
    if (said !== 'ok') throw damaged(`${this.#table}: ${said}`);
    return lost;
  }
}

const damaged = (what: string) =>
  new JournalError('JOURNAL_DAMAGED', what, 'keep the file as it is, and copy it aside');

/**
 * Puts rows back in which a single bit has flipped; before anybody reads them.
 * @param tables those that may be absent are passed over
 * @throws JournalError JOURNAL_DAMAGED if one is not what was written and nobody can tell what was
 */
export function mendRows(
  database: JournalDatabase,
  path: string,
  tables = Object.keys(checkedTables) as readonly CheckedTable[],
): MendedRows {
  const lost = new Map<CheckedTable, number>();
  for (const name of tables) {
    if (!isLaidOut(database, name)) continue;
    try {
      const found = database.transaction(() => new RottenTable(database, name).mend()).immediate();
      if (found !== undefined) lost.set(name, found);
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      throw new JournalError(error.code, `${path}: ${error.message}`, error.hint, error);
    }
  }
  const found = [...lost.keys()];
  const isLost = (name: CheckedTable) => (lost.get(name) ?? 0) > 0;
  return { putBack: found.filter((name) => !isLost(name)), askedAgain: found.filter(isLost) };
}
