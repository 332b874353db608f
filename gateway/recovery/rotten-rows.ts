// Rows beside the log that are not what was written, as a start finds them: the check in each row says so, of a name its hash, and
// the bit that has flipped is found by trying all. What cannot be put back so makes the journal a damaged one, unless it is asked for
// again.

import { putColumnNamesBack } from '../journal/column-names.js';
import type { JournalDatabase } from '../journal/database.js';
import { JournalError } from '../journal/journal-error.js';
import { type CheckedTable, checkedTables, isLaidOut } from '../journal/row-check.js';
import { checkedRow, nameRow, type Row, type RowTruth } from './row-truth.js';

/** What a start has put right. */
export interface MendedRows {
  /** Tables in which flipped bits were put back. */
  readonly putBack: readonly string[];
  /** Tables of which rows are gone that the ledger, or a maker's service, is asked for again. */
  readonly askedAgain: readonly string[];
  /** What was found damaged, and was whole when it was read again. */
  readonly misread?: string;
}

/** What a check says of rows and of their places in an index; all else it says is about pages, which nobody can mend row by row. */
const OF_ROWS =
  /^(ok$|row |rowid not at end|wrong # of entries |non-unique entry |CHECK constraint |(NULL|NUMERIC|TEXT|non-\w+) value )/;

class RottenTable {
  readonly #database: JournalDatabase;
  readonly #truth: RowTruth;

  constructor(database: JournalDatabase, truth: RowTruth) {
    this.#database = database;
    this.#truth = truth;
  }

  /** @returns how many rows were lost; undefined if there was nothing to put right. @throws JournalError, SQLite's errors */
  mend(): number | undefined {
    const { table } = this.#truth;
    const said = this.#check();
    const wrong = said.find((line) => !OF_ROWS.test(line));
    if (wrong !== undefined) throw damaged(`${table}: ${wrong}`);
    if (said[0] === 'ok' && !this.#truth.isAnyRotten(this.#database)) return undefined;
    const rows = this.#database.prepare<[], Row>(`SELECT * FROM ${table} NOT INDEXED`).all();
    return this.#writeAnew(rows);
  }

  #check(): readonly string[] {
    const check = `integrity_check('${this.#truth.table}')`;
    const lines = this.#database.pragma(check) as { integrity_check: string }[];
    return lines.map(({ integrity_check: line }) => line);
  }

  /** The whole table, in its order: a row that was changed in its key is not where an index would find it. */
  #writeAnew(rows: readonly Row[]): number {
    const { table, columns, insert, isSound, asWritten, isAskedAgain } = this.#truth;
    this.#database.exec(`DELETE FROM ${table}`);
    const keep = this.#database.prepare<unknown[]>(insert('INSERT OR REPLACE'));
    // Who missed the row may have written it anew since.
    const putBack = this.#database.prepare<unknown[]>(insert('INSERT OR IGNORE'));
    let lost = 0;
    for (const row of rows) {
      const written = asWritten(row);
      if (written) (isSound(row) ? keep : putBack).run(...columns.map((column) => written[column]));
      else lost += 1;
    }
    if (lost > 0 && !isAskedAgain) throw damaged(`a row of ${table} is not what was written`);
    const [said = ''] = this.#check();
    if (said !== 'ok') throw damaged(`${table}: ${said}`);
    return lost;
  }
}

const damaged = (what: string) =>
  new JournalError('JOURNAL_DAMAGED', what, 'keep the file as it is, and copy it aside');

const everyTruth: readonly RowTruth[] = [
  nameRow,
  ...(Object.keys(checkedTables) as CheckedTable[]).map((table) => checkedRow(table)),
];

/**
 * Puts rows back in which a single bit has flipped; before anybody reads them.
 * @param truths of the tables to look at; those that may be absent are passed over
 * @throws JournalError JOURNAL_DAMAGED if one is not what was written and nobody can tell what was
 */
export function mendRows(database: JournalDatabase, path: string, truths = everyTruth): MendedRows {
  const lost = new Map<string, number>();
  for (const truth of truths) {
    if (!isLaidOut(database, truth.table)) continue;
    try {
      const found = database.transaction(() => new RottenTable(database, truth).mend()).immediate();
      if (found !== undefined) lost.set(truth.table, found);
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      throw new JournalError(error.code, `${path}: ${error.message}`, error.hint, error);
    }
  }
  const found = [...lost.keys()];
  const isLost = (name: string) => (lost.get(name) ?? 0) > 0;
  return { putBack: found.filter((name) => !isLost(name)), askedAgain: found.filter(isLost) };
}

/** All of it, as the journal's writer does at its start: names of columns too. @throws as `mendRows` */
export function mendJournal(database: JournalDatabase, path: string): MendedRows {
  const renamed = database.transaction(() => putColumnNamesBack(database)).immediate();
  const { putBack, askedAgain } = mendRows(database, path);
  return { putBack: [...new Set([...renamed, ...putBack])], askedAgain };
}
