// The ledger-sync role's side of the journal: which signed headers are owed to the ledger, and what became of
// them. Its own rows only; it never touches the log. Durable at synchronous=FULL like everything here.

import type {
  AnchorProblem,
  AnchorStore,
  Cost,
  Inclusion,
  LedgerHeadObservation,
  PendingBatch,
  Spend,
  Submission,
} from '../../ledger-sync/anchor/anchor-store.js';
import {
  type BatchHeader,
  encodeBatchWire,
  type LedgerDomain,
  unpackMeta,
} from '../../ledger-sync/evidence/batch.js';
import { layOutAnchorTables } from './anchor-layout.js';
import type { JournalDatabase } from './database.js';
import type { StoredBatch } from './journal-reader.js';

const DAY_MS = 86_400_000;
const ROLE = 'ledger-sync';
/** A role of its own in `problems`: a warning stands beside what holds anchoring up. */
const WARNING_ROLE = 'ledger-sync payer';

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

/** Opens the rows of one ledger domain; the connection must be one that may write. */
export function anchorRows(
  database: JournalDatabase,
  gateway: Uint8Array,
  domain: LedgerDomain,
): AnchorStore {
  layOutAnchorTables(database);
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
  const areStagesSaved = database
    .prepare<[...Key, number | null, number | null]>(
      'SELECT 1 FROM ledger_stages WHERE chain_id = ? AND contract = ? AND safe_seq IS ? AND finalized_seq IS ?',
    )
    .pluck();
  const saveStages = database.prepare<[...Key, number | null, number | null, number | null]>(
    `INSERT OR REPLACE INTO ledger_stages (chain_id, contract, safe_seq, finalized_seq, final_block)
     VALUES (?, ?, ?, ?, ?)`,
  );
  const finalBlock = database
    .prepare<Key, number | null>('SELECT final_block FROM ledger_stages WHERE chain_id = ? AND contract = ?')
    .pluck();
  const saveInclusion = database.prepare<[...Key, number, number, string, number, string, number]>(
    `INSERT INTO inclusions
     (chain_id, contract, from_seq, to_seq, transaction_hash, block_number, block_hash, block_time_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (chain_id, contract, to_seq) DO UPDATE SET from_seq = excluded.from_seq,
       transaction_hash = excluded.transaction_hash, block_number = excluded.block_number,
       block_hash = excluded.block_hash, block_time_ms = excluded.block_time_ms
     WHERE block_hash <> excluded.block_hash OR transaction_hash <> excluded.transaction_hash`,
  );
  const dropSubmission = database.prepare<[string]>('DELETE FROM submissions WHERE hash = ?');
  const saveSpend = database.prepare<[number, number, string, number]>(
    'INSERT OR REPLACE INTO ledger_spends (chain_id, nonce, wei, time_ms) VALUES (?, ?, ?, ?)',
  );
  const saveCost = database.prepare<[string, number, number, string]>(
    'UPDATE ledger_spends SET wei = ? WHERE chain_id = ? AND nonce = ? AND wei <> ?',
  );
  const spends = database.prepare<[number, number], { nonce: number; wei: string; time_ms: number }>(
    'SELECT nonce, wei, time_ms FROM ledger_spends WHERE chain_id = ? AND time_ms >= ? ORDER BY time_ms, nonce',
  );
  const forgetSpends = database.prepare<[number, number]>(
    'DELETE FROM ledger_spends WHERE chain_id = ? AND time_ms < ?',
  );
  const saveProblem = database.prepare<[string, string, string, string]>(
    'INSERT OR REPLACE INTO problems (role, code, message, hint) VALUES (?, ?, ?, ?)',
  );
  const clearProblem = database.prepare<[string]>('DELETE FROM problems WHERE role = ?');

  const show = (role: string, problem: AnchorProblem | undefined) => {
    if (problem) saveProblem.run(role, problem.code, problem.message, problem.hint);
    else clearProblem.run(role);
  };

  return {
    pendingBatches: (limit: number): PendingBatch[] =>
      pending.all(...key, ...key, limit).map((row) => ({
        seq: row.seq,
        size: row.size,
        head: row.head,
        wire: encodeBatchWire({ ...headerOf(row, gateway), signature: row.signature }),
      })),
    headAt: (seq: number) => headAt.get(...key, seq),
    saveHead: (observation: LedgerHeadObservation) => {
      const { head, seq, blockNumber, registered, safeSeq, finalizedSeq } = observation;
      // Asked at each block, changed seldom: a commit only where something is new.
      const flag = registered ? 1 : 0;
      const isNew = isSaved.get(...key, head, seq, flag) === undefined;
      const stages = [safeSeq ?? null, finalizedSeq ?? null] as const;
      const areNew = areStagesSaved.get(...key, ...stages) === undefined;
      if (!isNew && !areNew) return;
      database.transaction(() => {
        if (isNew) saveHead.run(...key, head, seq, blockNumber, flag);
        if (areNew) saveStages.run(...key, ...stages, observation.finalBlock ?? null);
      })();
    },
    finalBlock: () => finalBlock.get(...key) ?? 0,
    saveSubmission: ({ hash, nonce, raw, fromSeq, toSeq }: Submission, most: Spend) => {
      database.transaction(() => {
        saveSubmission.run(hash, ...key, nonce, raw, fromSeq, toSeq);
        saveSpend.run(domain.chainId, most.nonce, most.wei.toString(), most.timeMs);
        // Twice the day of the limit: a reorg may take the block time back.
        forgetSpends.run(domain.chainId, most.timeMs - 2 * DAY_MS);
      })();
    },
    openSubmissions: (): Submission[] =>
      openSubmissions.all(...key).map((row) => ({
        hash: row.hash,
        nonce: row.nonce,
        raw: row.raw,
        fromSeq: row.from_seq,
        toSeq: row.to_seq,
      })),
    saveInclusion: (inclusion: Inclusion, cost?: Cost) => {
      const { fromSeq, toSeq, transactionHash, blockNumber, blockHash, blockTimeMs } = inclusion;
      database.transaction(() => {
        saveInclusion.run(...key, fromSeq, toSeq, transactionHash, blockNumber, blockHash, blockTimeMs);
        const wei = cost?.wei.toString();
        if (cost && wei) saveCost.run(wei, domain.chainId, cost.nonce, wei);
      })();
    },
    dropSubmissions: (hashes: readonly string[]) => {
      database.transaction(() => {
        for (const hash of hashes) dropSubmission.run(hash);
      })();
    },
    spends: (sinceMs: number): Spend[] =>
      spends
        .all(domain.chainId, sinceMs)
        .map(({ nonce, wei, time_ms: timeMs }) => ({ nonce, wei: BigInt(wei), timeMs })),
    saveProblem: (problem) => show(ROLE, problem),
    saveWarning: (warning) => show(WARNING_ROLE, warning),
  };
}
