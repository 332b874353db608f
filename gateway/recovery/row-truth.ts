// What a row beside the log must be, by its table: a check says it in most, a name is told by its own hash.

import type { JournalDatabase } from '../journal/database.js';
import { asWritten, withOneBit } from '../journal/flipped-row.js';
import {
  askedAgain,
  type CheckedTable,
  checkedTables,
  checkIn,
  insertInto,
  isSoundRow,
} from '../journal/row-check.js';
import { isAnyNameRotten } from '../journal/stored-names.js';
import { isNameOf } from '../journal/subject-name.js';

export type Row = Readonly<Record<string, unknown>>;

export interface RowTruth {
  readonly table: string;
  readonly columns: readonly string[];
  /** A row that is lost is told again by whoever told it. */
  readonly isAskedAgain: boolean;
  readonly isAnyRotten: (database: JournalDatabase) => boolean;
  readonly isSound: (row: Row) => boolean;
  /** Undefined if nobody can tell what was written. */
  readonly asWritten: (row: Row) => Row | undefined;
  /** Takes the columns in their order. */
  readonly insert: (verb: string) => string;
}

/** Of a table with a check in each row. */
export function checkedRow(table: CheckedTable): RowTruth {
  const rotten = `SELECT 1 FROM ${table} NOT INDEXED WHERE checksum IS NOT ${checkIn(table)} LIMIT 1`;
  return {
    ...{ table, columns: checkedTables[table], isAskedAgain: askedAgain.has(table) },
    isAnyRotten: (database) => database.prepare(rotten).get() !== undefined,
    isSound: (row) => isSoundRow(table, row),
    asWritten: (row) => asWritten(table, row),
    insert: (verb) => insertInto(table, verb),
  };
}

const nameColumns = ['subject', 'name', 'salt'] as const;

const isName = ({ subject, name, salt }: Row): boolean => isNameOf(subject, name, salt);

function unflippedName(row: Row): Row | undefined {
  for (const column of nameColumns) {
    for (const tried of withOneBit(row[column])) {
      const whole = { ...row, [column]: tried };
      if (isName(whole)) return whole;
    }
  }
  return undefined;
}

/** Of the names behind the subjects of records. */
export const nameRow: RowTruth = {
  ...{ table: 'subjects', columns: nameColumns, isAskedAgain: false },
  isAnyRotten: isAnyNameRotten,
  isSound: isName,
  asWritten: (row) => (isName(row) ? row : unflippedName(row)),
  insert: (verb) => `${verb} INTO subjects (${nameColumns.join(', ')}) VALUES (?, ?, ?)`,
};
