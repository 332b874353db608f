// How far the newest headers of one ledger have come: signed here, sent, included, safe, finalized. The stage before,
// stored, is the log's own checkpoint. Reads only.

import type { JournalDatabase } from './database.js';

/** Sequences of headers; 0 where there is none yet. */
export interface AnchorStages {
  readonly signedSeq: number;
  /** A transaction with it is saved and on its way, or further. */
  readonly sentSeq: number;
  /** The contract's head at the newest block. */
  readonly includedSeq: number;
  /** undefined where the chain does not say. */
  readonly safeSeq: number | undefined;
  readonly finalizedSeq: number | undefined;
}

interface StageRow {
  readonly safe_seq: number | null;
  readonly finalized_seq: number | null;
}

type Key = [chainId: number, contract: Uint8Array];

/** Reads all stages of a ledger domain. */
export function readAnchorStages(
  database: JournalDatabase,
  chainId: number,
  contract: Uint8Array,
): AnchorStages {
  const key: Key = [chainId, contract];
  const newest = (sql: string) =>
    Number(
      database
        .prepare<Key, number>(sql)
        .pluck()
        .get(...key) ?? 0,
    );
  const includedSeq = newest('SELECT seq FROM ledger_heads WHERE chain_id = ? AND contract = ?');
  const sentSeq = newest('SELECT max(to_seq) FROM submissions WHERE chain_id = ? AND contract = ?');
  const row = stageRow(database, key);
  return {
    signedSeq: newest('SELECT max(seq) FROM batches WHERE chain_id = ? AND contract = ?'),
    sentSeq: Math.max(sentSeq, includedSeq),
    includedSeq,
    safeSeq: row?.safe_seq ?? undefined,
    finalizedSeq: row?.finalized_seq ?? undefined,
  };
}

/** The stage that a header has reached, in the words of `coldgate status` and of the batch topic. */
export function stageOf(seq: number, stages: AnchorStages): string {
  if (seq <= (stages.finalizedSeq ?? 0)) return 'finalized';
  if (seq <= (stages.safeSeq ?? 0)) return 'safe';
  if (seq <= stages.includedSeq) return 'included';
  return seq <= stages.sentSeq ? 'sent' : 'signed';
}

function stageRow(database: JournalDatabase, key: Key): StageRow | undefined {
  const table = database.prepare(
    "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'ledger_stages'",
  );
  if (table.get() === undefined) return undefined;
  return database
    .prepare<Key, StageRow>(
      'SELECT safe_seq, finalized_seq FROM ledger_stages WHERE chain_id = ? AND contract = ?',
    )
    .get(...key);
}
