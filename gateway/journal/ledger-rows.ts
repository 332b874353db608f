// What the ledger side has written, for those who only read: the contract's head, where headers stand, and present troubles. A row
// that is not what was written is as if nobody knew, and that is told.

import { equalBytes } from '../../ledger-sync/evidence/bytes.js';
import { CheckedRows } from './checked-rows.js';
import type { JournalDatabase } from './database.js';
import { asWritten } from './flipped-row.js';
import { JournalError } from './journal-error.js';
import { arePagesSound, type CheckedTable, checkIn, isLaidOut, ledgerTables } from './row-check.js';

export interface StoredHead {
  readonly chain_id: number;
  readonly contract: Uint8Array;
  readonly head: Uint8Array;
  readonly seq: number;
  readonly block_number: number;
  readonly registered: number;
}

export interface StoredInclusion {
  readonly from_seq: number;
  readonly to_seq: number;
  readonly transaction_hash: string;
  readonly block_number: number;
  readonly block_hash: string;
  readonly block_time_ms: number;
}

export interface StoredProblem {
  readonly role: string;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** They grow with the log, are read by their index, and each row that is read is looked at then. */
const longTables: readonly CheckedTable[] = ['batches', 'inclusions', 'aggregate_proofs'];
/** What an anchor in a bundle or a report is made of. */
export const anchoredTables: readonly CheckedTable[] = ['ledger_heads', ...longTables];

const damaged = (what: string) =>
  new JournalError(
    'JOURNAL_DAMAGED',
    `${what} is not what was written`,
    'restart the gateway role: it puts right what can be put right, and the ledger is asked again',
  );

export class LedgerRows {
  readonly #database: JournalDatabase;
  readonly #heads;
  readonly #problems;
  readonly #inclusions;

  constructor(database: JournalDatabase) {
    this.#database = database;
    this.#heads = new CheckedRows<StoredHead>(database, 'ledger_heads');
    this.#problems = new CheckedRows<StoredProblem>(database, 'problems');
    this.#inclusions = database.prepare<[number, Uint8Array, number, number], Record<string, unknown>>(
      `SELECT * FROM inclusions WHERE chain_id = ? AND contract = ? AND to_seq >= ?
       AND (from_seq <= ? OR checksum IS NOT ${checkIn('inclusions')})`,
    );
  }

  head(chainId: number, contract: Uint8Array): StoredHead | undefined {
    return this.#heads.known().find((row) => row.chain_id === chainId && equalBytes(row.contract, contract));
  }

  /** The newest that carried the header `seq`; undefined where one that may have done so is not what was written. */
  inclusion(chainId: number, contract: Uint8Array, seq: number): StoredInclusion | undefined {
    let newest: StoredInclusion | undefined;
    for (const row of this.#inclusions.all(chainId, contract, seq, seq)) {
      const inclusion = asWritten<StoredInclusion>('inclusions', row);
      if (!inclusion) return undefined;
      const isOfHeader = inclusion.from_seq <= seq && inclusion.to_seq >= seq;
      if (isOfHeader && inclusion.block_number > (newest?.block_number ?? -1)) newest = inclusion;
    }
    return newest;
  }

  /** By role; that one cannot be read is a trouble itself. */
  problems(): StoredProblem[] {
    const { rows, lost } = this.#problems.read();
    const problems = rows.sort((a, b) => (a.role < b.role ? -1 : 1));
    if (lost === 0) return problems;
    const { code, message, hint } = damaged('the trouble that a role has told');
    return [...problems, { role: 'journal', code, message, hint }];
  }

  /** Looks at all of these tables: whether each leads to its rows, and at the rows of small ones. */
  damage(tables = ledgerTables): JournalError[] {
    return tables
      .filter((table) => isLaidOut(this.#database, table) && !this.#isSound(table))
      .map((table) => damaged(`what is stored in ${table}`));
  }

  #isSound(table: CheckedTable): boolean {
    if (!arePagesSound(this.#database, table)) return false;
    return longTables.includes(table) || new CheckedRows(this.#database, table).read().lost === 0;
  }
}
