// The ledger-sync role's side of the journal: which signed headers are owed to the ledger, and what became of
// them. Its own rows only; it never touches the log. Durable at synchronous=FULL like everything here.

import type {
  AnchorStore,
  Inclusion,
  LedgerHeadObservation,
  PendingBatch,
  Submission,
} from '../../ledger-sync/anchor/anchor-store.js';
import {
  type BatchHeader,
  encodeBatchWire,
  type LedgerDomain,
  unpackMeta,
} from '../../ledger-sync/evidence/batch.js';
import type { JournalDatabase } from './database.js';
import type { StoredBatch } from './journal-reader.js';

const ROLE = 'ledger-sync';

interface SubmissionRow {
  readonly hash: string;
  readonly nonce: number;
  readonly raw: string;
  readonly from_seq: number;
  readonly to_seq: number;
}

/** The signed header of a stored row. */
export function headerOf(row: StoredBatch, gateway: Uint8Array): BatchHeader {
  return { gateway, prev: row.prev, root: row.root, meta: unpackMeta(row.meta) };
}

/** Opens the rows of one ledger domain. */
export function anchorRows(
  database: JournalDatabase,
  gateway: Uint8Array,
  domain: LedgerDomain,
): AnchorStore {
  const key = [domain.chainId, domain.verifyingContract] as const;
  type Key = [number, Uint8Array];
  const pending = database.prepare<[...Key, ...Key, number], StoredBatch>(
    `SELECT * FROM batches WHERE chain_id = ? AND contract = ?
     AND seq > coalesce((SELECT seq FROM ledger_heads WHERE chain_id = ? AND contract = ?), 0)
     ORDER BY seq LIMIT ?`,
  );
  const headAt = database
    .prepare<[...Key, number], Uint8Array>(
      'SELECT head FROM batches WHERE chain_id = ? AND contract = ? AND seq = ?',
    )
    .pluck();
  const saveHead = database.prepare<[...Key, Uint8Array, number, number, number]>(
    `INSERT INTO ledger_heads (chain_id, contract, head, seq, block_number, registered)
     VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (chain_id, contract) DO UPDATE SET head = excluded.head, seq = excluded.seq,
       block_number = excluded.block_number, registered = excluded.registered`,
  );
  const isSaved = database
    .prepare<[...Key, Uint8Array, number, number]>(
      'SELECT 1 FROM ledger_heads WHERE chain_id = ? AND contract = ? AND head = ? AND seq = ? AND registered = ?',
    )
    .pluck();
  const saveSubmission = database.prepare<[string, ...Key, number, string, number, number]>(
    `INSERT OR REPLACE INTO submissions (hash, chain_id, contract, nonce, raw, from_seq, to_seq)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const openSubmissions = database.prepare<Key, SubmissionRow>(
    'SELECT * FROM submissions WHERE chain_id = ? AND contract = ? ORDER BY nonce, rowid',
  );
  const saveInclusion = database.prepare<[...Key, number, number, string, number, string, number]>(
    `INSERT OR REPLACE INTO inclusions
     (chain_id, contract, from_seq, to_seq, transaction_hash, block_number, block_hash, block_time_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const dropSubmission = database.prepare<[string]>('DELETE FROM submissions WHERE hash = ?');
  const saveProblem = database.prepare<[string, string, string, string]>(
    'INSERT OR REPLACE INTO problems (role, code, message, hint) VALUES (?, ?, ?, ?)',
  );
  const clearProblem = database.prepare<[string]>('DELETE FROM problems WHERE role = ?');

  return {
    pendingBatches: (limit: number): PendingBatch[] =>
      pending.all(...key, ...key, limit).map((row) => ({
        seq: row.seq,
        size: row.size,
        head: row.head,
        wire: encodeBatchWire({ ...headerOf(row, gateway), signature: row.signature }),
      })),
    headAt: (seq: number) => headAt.get(...key, seq),
    saveHead: ({ head, seq, blockNumber, registered }: LedgerHeadObservation) => {
      // Asked at each block, changed seldom: a commit only where something is new.
      const flag = registered ? 1 : 0;
      if (isSaved.get(...key, head, seq, flag) === undefined)
        saveHead.run(...key, head, seq, blockNumber, flag);
    },
    saveSubmission: ({ hash, nonce, raw, fromSeq, toSeq }: Submission) => {
      saveSubmission.run(hash, ...key, nonce, raw, fromSeq, toSeq);
    },
    openSubmissions: (): Submission[] =>
      openSubmissions.all(...key).map((row) => ({
        hash: row.hash,
        nonce: row.nonce,
        raw: row.raw,
        fromSeq: row.from_seq,
        toSeq: row.to_seq,
      })),
    saveInclusion: (inclusion: Inclusion) => {
      const { fromSeq, toSeq, transactionHash, blockNumber, blockHash, blockTimeMs } = inclusion;
      saveInclusion.run(...key, fromSeq, toSeq, transactionHash, blockNumber, blockHash, blockTimeMs);
    },
    dropSubmission: (hash: string) => {
      dropSubmission.run(hash);
    },
    saveProblem: (problem) => {
      if (problem) saveProblem.run(ROLE, problem.code, problem.message, problem.hint);
      else clearProblem.run(ROLE);
    },
  };
}
