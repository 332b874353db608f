// The ledger-sync role's side of the journal: which signed headers are owed to the ledger, and what became of
// them. Its own rows only; it never touches the log. Durable at synchronous=FULL like everything here. A row that is not what was
// written is as if the ledger had never said it: it is asked again.

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
import { encodeAnchorRecord } from '../../ledger-sync/evidence/anchor-record.js';
import { type BatchHeader, type LedgerDomain, unpackMeta } from '../../ledger-sync/evidence/batch.js';
import { equalBytes } from '../../ledger-sync/evidence/bytes.js';
import { layOutAnchorTables } from './anchor-layout.js';
import { BatchRows, type StoredBatch } from './batch-rows.js';
import { CheckedRows } from './checked-rows.js';
import type { JournalDatabase } from './database.js';
import { JournalError } from './journal-error.js';
import { checkIn, insertInto } from './row-check.js';

const DAY_MS = 86_400_000;
const ROLE = 'ledger-sync';
/** A role of its own in `problems`: a warning stands beside what holds anchoring up. */
const WARNING_ROLE = 'ledger-sync payer';

/** Of one ledger domain. */
interface OfDomain {
  readonly chain_id: number;
  readonly contract: Uint8Array;
}

interface HeadRow extends OfDomain {
  readonly head: Uint8Array;
  readonly seq: number;
  readonly registered: number;
}

interface StagesRow extends OfDomain {
  readonly safe_seq: number | null;
  readonly finalized_seq: number | null;
  readonly final_block: number | null;
}

interface SubmissionRow extends OfDomain {
  readonly hash: string;
  readonly nonce: number;
  readonly raw: string;
  readonly from_seq: number;
  readonly to_seq: number;
}

interface SpendRow {
  readonly chain_id: number;
  readonly nonce: number;
  readonly wei: string;
  readonly time_ms: number;
}

/** The signed header of a stored row. */
export function headerOf(row: StoredBatch, gateway: Uint8Array): BatchHeader {
  return { gateway, prev: row.prev, root: row.root, meta: unpackMeta(row.meta) };
}

/** One that nobody knows any more may be all that the limit leaves: nothing is sent then. @throws JournalError JOURNAL_DAMAGED */
function wholeSpends(spends: CheckedRows<SpendRow>): SpendRow[] {
  const { rows, lost } = spends.read();
  if (lost === 0) return rows;
  throw new JournalError(
    'JOURNAL_DAMAGED',
    'what transactions cost in the last day is not what was written',
    'restart the gateway role: it takes over what can be proven',
  );
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
  const batches = new BatchRows(database);
  const heads = new CheckedRows<HeadRow>(database, 'ledger_heads');
  const stages = new CheckedRows<StagesRow>(database, 'ledger_stages');
  const submissions = new CheckedRows<SubmissionRow>(database, 'submissions');
  const allSpends = new CheckedRows<SpendRow>(database, 'ledger_spends');
  const isOurs = ({ chain_id, contract }: OfDomain) =>
    chain_id === domain.chainId && equalBytes(contract, domain.verifyingContract);
  const replacing = <Values extends unknown[]>(table: Parameters<typeof insertInto>[0]) =>
    database.prepare<Values>(insertInto(table, 'INSERT OR REPLACE'));
  const saveHead = replacing<[...Key, Uint8Array, number, number, number]>('ledger_heads');
  const isSaved = database
    .prepare<[...Key, Uint8Array, number, number]>(
      `SELECT 1 FROM ledger_heads WHERE chain_id = ? AND contract = ? AND head = ? AND seq = ? AND registered = ?
       AND checksum IS ${checkIn('ledger_heads')}`,
    )
    .pluck();
  const saveSubmission = replacing<[string, ...Key, number, string, number, number]>('submissions');
  const areStagesSaved = database
    .prepare<[...Key, number | null, number | null]>(
      `SELECT 1 FROM ledger_stages WHERE chain_id = ? AND contract = ? AND safe_seq IS ? AND finalized_seq IS ?
       AND checksum IS ${checkIn('ledger_stages')}`,
    )
    .pluck();
  const saveStages = replacing<[...Key, number | null, number | null, number | null]>('ledger_stages');
  const saveInclusion = database.prepare<[...Key, number, number, string, number, string, number]>(
    `${insertInto('inclusions')}
     ON CONFLICT (chain_id, contract, to_seq) DO UPDATE SET from_seq = excluded.from_seq,
       transaction_hash = excluded.transaction_hash, block_number = excluded.block_number,
       block_hash = excluded.block_hash, block_time_ms = excluded.block_time_ms, checksum = excluded.checksum
     WHERE checksum IS NOT excluded.checksum OR checksum IS NOT ${checkIn('inclusions')}`,
  );
  const dropSubmission = database.prepare<[string]>('DELETE FROM submissions WHERE hash = ?');
  const saveSpend = replacing<[number, number, string, number]>('ledger_spends');
  const saveCost = database.prepare<[string, string, number, number, string]>(
    `UPDATE ledger_spends SET wei = ?, checksum = row_check(chain_id, nonce, ?, time_ms)
     WHERE chain_id = ? AND nonce = ? AND wei <> ? AND checksum IS ${checkIn('ledger_spends')}`,
  );
  const forgetSpends = database.prepare<[number, number]>(
    'DELETE FROM ledger_spends WHERE chain_id = ? AND time_ms < ?',
  );
  const saveProblem = replacing<[string, string, string, string]>('problems');
  const clearProblem = database.prepare<[string]>('DELETE FROM problems WHERE role = ?');

  const show = (role: string, problem: AnchorProblem | undefined) => {
    if (problem) saveProblem.run(role, problem.code, problem.message, problem.hint);
    else clearProblem.run(role);
  };

  return {
    pendingBatches: (limit: number): PendingBatch[] =>
      batches.above(...key, heads.known().find(isOurs)?.seq ?? 0, limit).map((row) => ({
        seq: row.seq,
        size: row.size,
        head: row.head,
        wire: encodeAnchorRecord(domain, { ...headerOf(row, gateway), signature: row.signature }),
      })),
    headAt: (seq: number) => batches.at(...key, seq)?.head,
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
    finalBlock: () => stages.known().find(isOurs)?.final_block ?? 0,
    saveSubmission: ({ hash, nonce, raw, fromSeq, toSeq }: Submission, most: Spend) => {
      database.transaction(() => {
        saveSubmission.run(hash, ...key, nonce, raw, fromSeq, toSeq);
        saveSpend.run(domain.chainId, most.nonce, most.wei.toString(), most.timeMs);
        // Twice the day of the limit: a reorg may take the block time back.
        forgetSpends.run(domain.chainId, most.timeMs - 2 * DAY_MS);
      })();
    },
    openSubmissions: (): Submission[] =>
      submissions
        .known()
        .filter(isOurs)
        .sort((a, b) => a.nonce - b.nonce)
        .map((row) => ({
          hash: row.hash,
          nonce: row.nonce,
          raw: row.raw,
          fromSeq: row.from_seq,
          toSeq: row.to_seq,
        })),
    saveInclusion: (inclusion: Inclusion, cost?: Cost) => {
      const { fromSeq, toSeq, transactionHash, blockNumber, blockHash, blockTimeMs } = inclusion;
      database.transaction(() => {
        saveInclusion.run(...key, toSeq, fromSeq, transactionHash, blockNumber, blockHash, blockTimeMs);
        const wei = cost?.wei.toString();
        if (cost && wei) saveCost.run(wei, wei, domain.chainId, cost.nonce, wei);
      })();
    },
    dropSubmissions: (hashes: readonly string[]) => {
      database.transaction(() => {
        for (const hash of hashes) dropSubmission.run(hash);
      })();
    },
    spends: (sinceMs: number): Spend[] =>
      wholeSpends(allSpends)
        .filter((row) => row.chain_id === domain.chainId && row.time_ms >= sinceMs)
        .sort((a, b) => a.time_ms - b.time_ms || a.nonce - b.nonce)
        .map(({ nonce, wei, time_ms: timeMs }) => ({ nonce, wei: BigInt(wei), timeMs })),
    saveProblem: (problem) => show(ROLE, problem),
    saveWarning: (warning) => show(WARNING_ROLE, warning),
  };
}
