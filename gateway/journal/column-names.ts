// Names of columns in which a bit has flipped that makes a small letter great. To SQLite it is the same name, so every statement
// goes on as before; but rows come with the name as it is laid out, and whoever looks for the other one finds nothing in it.

import type { Database } from 'better-sqlite3';
import { JournalError } from './journal-error.js';

interface SpeltColumn {
  readonly table: string;
  readonly column: string;
}

/** Columns of this journal's tables have small letters only. */
function greatColumns(database: Database): SpeltColumn[] {
  const query = database.prepare<[], SpeltColumn>(
    `SELECT laid.name AS "table", columns.name AS "column"
       FROM sqlite_schema AS laid JOIN pragma_table_info(laid.name) AS columns
      WHERE laid.type = 'table' AND columns.name <> lower(columns.name)`,
  );
  return query.all();
}

/** @throws JournalError JOURNAL_DAMAGED if one has a great letter: the writer puts it back when it starts */
export function requireColumnNames(database: Database, path: string): void {
  const [found] = greatColumns(database);
  if (!found) return;
  throw new JournalError(
    'JOURNAL_DAMAGED',
    `${path}: a column of ${found.table} is called ${found.column}`,
    'start the gateway role: it puts the name back; a card that loses bits should be replaced',
  );
}

/** Inside a transaction. @returns the tables in which a name was put back */
export function putColumnNamesBack(database: Database): string[] {
  const found = greatColumns(database);
  for (const { table, column } of found)
    database.exec(`ALTER TABLE "${table}" RENAME COLUMN "${column}" TO "${column.toLowerCase()}"`);
  return found.map(({ table }) => table);
}
