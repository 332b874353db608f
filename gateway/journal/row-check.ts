// A check of rows that no signature and no hash covers: 48 bits of SHA-256 over their columns, in a column of their own. SQLite
// notices about one flipped bit in fifty; what judges remember, how far a sink is, where records were deleted, and what the ledger
// has said must not change without anybody's notice.

import { hash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { toHex } from '../../ledger-sync/evidence/bytes.js';

/** 48 bits: an integer that SQLite stores in six bytes, and that JavaScript holds exactly. */
const CHECK_DIGITS = 12;

/** Written by whoever asks the ledger, a relay or a maker's service; the key first. Those that it lays out itself may be absent. */
const ledgerSide = {
  ledger_heads: ['chain_id', 'contract', 'head', 'seq', 'block_number', 'registered'],
  submissions: ['hash', 'chain_id', 'contract', 'nonce', 'raw', 'from_seq', 'to_seq'],
  inclusions: [
    ...(['chain_id', 'contract', 'to_seq', 'from_seq'] as const),
    ...(['transaction_hash', 'block_number', 'block_hash', 'block_time_ms'] as const),
  ],
  problems: ['role', 'code', 'message', 'hint'],
  ledger_stages: ['chain_id', 'contract', 'safe_seq', 'finalized_seq', 'final_block'],
  ledger_spends: ['chain_id', 'nonce', 'wei', 'time_ms'],
  aggregate_proofs: ['chain_id', 'contract', 'seq', 'proof'],
  serials_snapshots: ['publisher', 'block_number', 'made_at_ms', 'document'],
  serials_lot_keys: ['name', 'document'],
  serials_followed: ['maker', 'lot', 'state', 'dispensed', 'decommissioned'],
  serials_change: ['one', 'change', 'block_number', 'seen_at_ms'],
  tag_proof_answers: ['epc', 'asked_at_ms', 'result'],
} as const;

/** Columns of the tables whose rows are checked, the key first. */
export const checkedTables = {
  boots: ['boot_count', 'boot_id'],
  judge_state: ['key', 'value'],
  cursors: ['sink', 'size'],
  shipments: ['name', 'shipment', 'salt', 'first_sequence', 'last_sequence'],
  requests: ['id', 'kind', 'document', 'authorization', 'created_ms', 'outcome', 'sequence'],
  alert_records: ['sequence'],
  time_references: ['sequence'],
  pruned: ['class', 'first', 'beyond', 'swept'],
  erasures: ['shipment', 'next', 'beyond'],
  // Signed as well: a signature takes 2 ms to check, this 5 us, and it finds which bit has flipped.
  batches: ['chain_id', 'contract', 'seq', 'size', 'head', 'prev', 'root', 'meta', 'signature'],
  ...ledgerSide,
} as const;

export type CheckedTable = keyof typeof checkedTables;

export const isChecked = (name: string): name is CheckedTable => name in checkedTables;
/** What goes to the ledger, and what it has said. */
export const ledgerTables = ['batches', ...Object.keys(ledgerSide)] as readonly CheckedTable[];

/** What the ledger or a service says again when it is asked: a row that nobody can tell any more is as if it had never come. */
export const askedAgain: ReadonlySet<CheckedTable> = new Set([
  ...(['ledger_heads', 'ledger_stages', 'submissions', 'problems', 'tag_proof_answers'] as const),
]);

/** The check of a row's values, as `row_check` gives it in SQL. */
export function checkOf(...values: readonly unknown[]): number {
  const text = JSON.stringify(values.map((value) => (value instanceof Uint8Array ? [toHex(value)] : value)));
  return Number.parseInt(hash('sha256', text, 'hex').slice(0, CHECK_DIGITS), 16);
}

/**
 * Whether a row that was read with all its columns is what was written. One of a layout without checks counts as such; with a column
 * that nobody knows it has them, and a bit of the table's layout has flipped.
 */
export function isSoundRow(table: CheckedTable, row: Readonly<Record<string, unknown>>): boolean {
  const columns: readonly string[] = checkedTables[table];
  if (!('checksum' in row)) return Object.keys(row).every((name) => columns.includes(name));
  return row.checksum === checkOf(...columns.map((column) => row[column]));
}

/** Lets statements of a connection say `row_check(column, ...)`. */
export function addRowCheck(database: Database): void {
  database.function('row_check', { varargs: true, deterministic: true, directOnly: true }, checkOf);
}

/** The expression that is equal to the `checksum` of a row that is what was written. */
export const checkIn = (table: CheckedTable): string => `row_check(${checkedTables[table].join(', ')})`;

/** Inserts a row of all columns, in the order of `checkedTables`, with its check. */
export function insertInto(table: CheckedTable, verb = 'INSERT'): string {
  const columns = checkedTables[table].join(', ');
  const given = checkedTables[table].map((column) => `? AS ${column}`).join(', ');
  return `${verb} INTO ${table} (${columns}, checksum) SELECT *, ${checkIn(table)} FROM (SELECT ${given}) WHERE true`;
}

/** How a table was made, if it is there. To SQLite `Problems` is `problems`, and one flipped bit is between them. */
export function layoutOf(database: Database, table: string): string | undefined {
  const query = database.prepare<[string], string>(
    "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ? COLLATE NOCASE",
  );
  return query.pluck().get(table);
}

export const isLaidOut = (database: Database, table: string): boolean =>
  layoutOf(database, table) !== undefined;

/** Whether the pages of a table and its indexes lead to all of its rows. */
export const arePagesSound = (database: Database, table: string): boolean =>
  database.pragma(`integrity_check('${table}')`, { simple: true }) === 'ok';

/** Gives a table its checks, if it is there and has none: of its rows nobody can say any more what they were. */
export function layOutChecksOf(database: Database, table: CheckedTable): void {
  const columns = database.pragma(`table_info(${table})`) as { name: string }[];
  if (columns.length === 0 || columns.some(({ name }) => name === 'checksum')) return;
  database.exec(
    `ALTER TABLE ${table} ADD COLUMN checksum INTEGER; UPDATE ${table} SET checksum = ${checkIn(table)}`,
  );
}

/** Step of the layout. */
export function layOutRowChecks(database: Database): void {
  for (const table of Object.keys(checkedTables) as CheckedTable[]) layOutChecksOf(database, table);
}
