// What stands beside the log in a damaged journal: names, shipments, accounts, alerts, cursors, headers and what the ledger
// said of them. Taken over row by row. What can be checked is: a name by its hash, a header by its signature, others by the check
// in their row. A sink whose place is not known is told all again.

import {
  batchStructHash,
  type LedgerDomain,
  type SignedBatch,
  unpackMeta,
  verifyBatch,
} from '../../ledger-sync/evidence/batch.js';
import { equalBytes } from '../../ledger-sync/evidence/bytes.js';
import { subjectOf } from '../../ledger-sync/evidence/record.js';
import { headerOf } from '../journal/anchor-rows.js';
import type { StoredBatch } from '../journal/batch-rows.js';
import type { JournalDatabase } from '../journal/database.js';
import { asWritten } from '../journal/flipped-row.js';
import {
  checkedTables,
  checkOf,
  insertInto,
  isChecked,
  isLaidOut,
  layOutChecksOf,
  layoutOf,
} from '../journal/row-check.js';
import type { MarkedHeader } from '../sealing/key-mark.js';
import { type OldRow, type OldRows, tried } from './old-rows.js';

const HEAD_BYTES = 28;

interface SideTable {
  readonly name: string;
  /** Of the primary key. */
  readonly key: string;
  readonly isRight?: (row: OldRow, gateway: Uint8Array) => boolean;
  /** What can still be believed of a row that is not what was written. */
  readonly mended?: (row: OldRow) => OldRow;
}

const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;

function isNamed({ name, salt }: OldRow, id: unknown): boolean {
  if (typeof name !== 'string' || !isBytes(id)) return false;
  return equalBytes(subjectOf(name, isBytes(salt) ? salt : undefined), id);
}

function isHeader(row: OldRow, gateway: Uint8Array): boolean {
  const batch = row as unknown as StoredBatch;
  const { seq, size } = unpackMeta(batch.meta);
  if (seq !== batch.seq || size !== batch.size) return false;
  const header: SignedBatch = { ...headerOf(batch, gateway), signature: batch.signature };
  const domain: LedgerDomain = { chainId: batch.chain_id, verifyingContract: batch.contract };
  const head = batchStructHash(header).subarray(0, HEAD_BYTES);
  return equalBytes(head, batch.head) && verifyBatch(domain, header);
}

/** As it is taken over; undefined: not at all. */
function believed({ name, mended }: SideTable, row: OldRow): OldRow | undefined {
  if (!isChecked(name)) return row;
  const right = asWritten<OldRow>(name, row) ?? mended?.(row);
  return right && { ...right, checksum: checkOf(...checkedTables[name].map((column) => right[column])) };
}

/** In the order in which they are taken over. Those of the ledger-sync role and of packs may be absent. */
const tables: readonly SideTable[] = [
  { name: 'boots', key: 'boot_count' },
  { name: 'subjects', key: 'subject', isRight: (row) => isNamed(row, row.subject) },
  {
    ...{ name: 'shipments', key: 'name', isRight: (row) => isNamed(row, row.shipment) },
    // The records that are taken over tell where they lie.
    mended: (row) => ({ ...row, first_sequence: null, last_sequence: null }),
  },
  { name: 'judge_state', key: 'key' },
  { name: 'cursors', key: 'sink', mended: (row) => ({ ...row, size: 0 }) },
  { name: 'requests', key: 'id' },
  { name: 'erasures', key: 'shipment' },
  { name: 'batches', key: 'chain_id, contract, seq', isRight: isHeader },
  { name: 'submissions', key: 'hash' },
  { name: 'inclusions', key: 'chain_id, contract, to_seq' },
  { name: 'ledger_stages', key: 'chain_id, contract' },
  { name: 'ledger_spends', key: 'chain_id, nonce' },
  { name: 'aggregate_proofs', key: 'chain_id, contract, seq' },
  { name: 'serials_snapshots', key: 'publisher' },
  { name: 'serials_lot_keys', key: 'name' },
  { name: 'serials_followed', key: 'maker, lot' },
  { name: 'serials_change', key: 'one' },
];

/** A pack without its lot's recall, or without its key, would look otherwise than it is: all that is known of packs, or nothing. */
const areWholeTogether = tables.map(({ name }) => name).filter((name) => name.startsWith('serials_'));

/**
 * Takes over all tables beside the log.
 * @returns names of those of which rows are missing or wrong
 */
export function takeSideRows(
  from: { readonly rows: OldRows; readonly database: JournalDatabase },
  to: JournalDatabase,
  gateway: Uint8Array,
): string[] {
  const incomplete = tables.flatMap((table) => {
    const isThere = layOut(from.database, to, table.name);
    if (isThere === false) return [];
    return isThere && takeTable(from.rows, to, table, gateway) ? [] : [table.name];
  });
  if (incomplete.some((name) => areWholeTogether.includes(name)))
    for (const name of areWholeTogether) if (isLaidOut(to, name)) to.exec(`DELETE FROM ${name}`);
  return incomplete;
}

/** Makes a table of another role where the old journal has it. @returns undefined if the old one cannot tell */
function layOut(from: JournalDatabase, to: JournalDatabase, name: string): boolean | undefined {
  if (isLaidOut(to, name)) return true;
  const sql = tried(() => layoutOf(from, name) ?? '');
  if (sql) to.exec(sql);
  if (sql && isChecked(name)) layOutChecksOf(to, name);
  return sql === undefined ? undefined : sql !== '';
}

function takeTable(rows: OldRows, to: JournalDatabase, table: SideTable, gateway: Uint8Array): boolean {
  const columns = to.pragma(`table_info(${table.name})`) as { name: string }[];
  const names = columns.map(({ name }) => name);
  const insert = to.prepare<unknown[]>(
    `INSERT OR REPLACE INTO ${table.name} (${names}) VALUES (${names.map(() => '?')})`,
  );
  let areRight = true;
  const isWhole = rows.each(table.name, table.key, (row) => {
    const right = tried(() => believed(table, row));
    const isRight = right && tried(() => table.isRight?.(right, gateway) ?? true) === true;
    if (!isRight || !tried(() => insert.run(...names.map((name) => right[name] ?? null)))) areRight = false;
    if (isChecked(table.name) && !asWritten(table.name, row)) areRight = false;
  });
  return isWhole && areRight;
}

/** The newest headers, as the mark beside the key has them: the chain on the ledger goes on behind them. */
export function takeMarkedHeaders(
  to: JournalDatabase,
  headers: readonly MarkedHeader[],
  gateway: Uint8Array,
): void {
  const insert = to.prepare<unknown[]>(insertInto('batches', 'INSERT OR IGNORE'));
  for (const { chainId, ...header } of headers) {
    const row: OldRow = { ...header, chain_id: chainId };
    if (tried(() => isHeader(row, gateway)))
      insert.run(...checkedTables.batches.map((column) => row[column]));
  }
}
