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
import { headerOf } from '../journal/anchor-rows.js';
import type { StoredBatch } from '../journal/batch-rows.js';
import type { JournalDatabase } from '../journal/database.js';
import {
  type CheckedTable,
  checkedTables,
  insertInto,
  isChecked,
  isLaidOut,
  layOutChecksOf,
  layoutOf,
} from '../journal/row-check.js';
import { isNameOf } from '../journal/subject-name.js';
import type { MarkedHeader } from '../sealing/key-mark.js';
import { type OldRow, type OldRows, tried } from './old-rows.js';
import { checkedRow, nameRow, type RowTruth } from './row-truth.js';

const HEAD_BYTES = 28;

interface SideTable {
  readonly truth: RowTruth;
  /** Of the primary key. */
  readonly key: string;
  readonly isRight?: (row: OldRow, gateway: Uint8Array) => boolean;
  /** What can still be believed of a row that is not what was written. */
  readonly mended?: (row: OldRow) => OldRow;
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

const checked = (table: CheckedTable, more: Omit<SideTable, 'truth'>): SideTable => ({
  truth: checkedRow(table),
  ...more,
});

/** In the order in which they are taken over. Those of the ledger-sync role and of packs may be absent. */
const tables: readonly SideTable[] = [
  checked('boots', { key: 'boot_count' }),
  { truth: nameRow, key: 'subject' },
  checked('shipments', {
    ...{ key: 'name', isRight: ({ shipment, name, salt }) => isNameOf(shipment, name, salt) },
    // The records that are taken over tell where they lie.
    mended: (row) => ({ ...row, first_sequence: null, last_sequence: null }),
  }),
  checked('judge_state', { key: 'key' }),
  checked('cursors', { key: 'sink', mended: (row) => ({ ...row, size: 0 }) }),
  checked('requests', { key: 'id' }),
  checked('erasures', { key: 'shipment' }),
  checked('batches', { key: 'chain_id, contract, seq', isRight: isHeader }),
  checked('submissions', { key: 'hash' }),
  checked('inclusions', { key: 'chain_id, contract, to_seq' }),
  checked('ledger_stages', { key: 'chain_id, contract' }),
  checked('ledger_spends', { key: 'chain_id, nonce' }),
  checked('aggregate_proofs', { key: 'chain_id, contract, seq' }),
  checked('serials_snapshots', { key: 'publisher' }),
  checked('serials_lot_keys', { key: 'name' }),
  checked('serials_followed', { key: 'maker, lot' }),
  checked('serials_change', { key: 'one' }),
];

/** A pack without its lot's recall, or without its key, would look otherwise than it is: all that is known of packs, or nothing. */
const areWholeTogether = tables.map(({ truth }) => truth.table).filter((name) => name.startsWith('serials_'));

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
    const name = table.truth.table;
    const isThere = layOut(from.database, to, name);
    if (isThere === false) return [];
    return isThere && takeTable(from.rows, to, table, gateway) ? [] : [name];
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

function takeTable(
  rows: OldRows,
  to: JournalDatabase,
  { truth, key, isRight = () => true, mended }: SideTable,
  gateway: Uint8Array,
): boolean {
  const insert = to.prepare<unknown[]>(truth.insert('INSERT OR REPLACE'));
  let areRight = true;
  const isWhole = rows.each(truth.table, key, (row) => {
    const written = truth.asWritten(row);
    const right = written ?? tried(() => mended?.(row));
    const isTaken =
      right &&
      tried(() => isRight(right, gateway)) === true &&
      tried(() => insert.run(...truth.columns.map((column) => right[column] ?? null)));
    if (!written || !isTaken) areRight = false;
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
