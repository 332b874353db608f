// How far the newest headers of one ledger have come: signed here, sent, included, safe, finalized. The stage before,
// stored, is the log's own checkpoint. Reads only.

import { equalBytes } from '../../ledger-sync/evidence/bytes.js';
import { BatchRows } from './batch-rows.js';
import { CheckedRows } from './checked-rows.js';
import type { JournalDatabase } from './database.js';
import type { CheckedTable } from './row-check.js';

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

interface OfDomain {
  readonly chain_id: number;
  readonly contract: Uint8Array;
}

interface HeadRow {
  readonly seq: number;
}

interface SubmissionRow {
  readonly to_seq: number;
}

interface StageRow {
  readonly safe_seq: number | null;
  readonly finalized_seq: number | null;
}

/** Reads all stages of a ledger domain. A row that is not what was written tells of no stage. */
export function readAnchorStages(
  database: JournalDatabase,
  chainId: number,
  contract: Uint8Array,
): AnchorStages {
  const known = <Row>(table: CheckedTable) =>
    new CheckedRows<Row & OfDomain>(database, table)
      .known()
      .filter((row) => row.chain_id === chainId && equalBytes(row.contract, contract));
  const includedSeq = known<HeadRow>('ledger_heads')[0]?.seq ?? 0;
  const sent = known<SubmissionRow>('submissions').map(({ to_seq: toSeq }) => toSeq);
  const [stages] = known<StageRow>('ledger_stages');
  return {
    signedSeq: new BatchRows(database).latest(chainId, contract)?.seq ?? 0,
    sentSeq: Math.max(0, ...sent, includedSeq),
    includedSeq,
    safeSeq: stages?.safe_seq ?? undefined,
    finalizedSeq: stages?.finalized_seq ?? undefined,
  };
}

/** The stage that a header has reached, in the words of `coldgate status` and of the batch topic. */
export function stageOf(seq: number, stages: AnchorStages): string {
  if (seq <= (stages.finalizedSeq ?? 0)) return 'finalized';
  if (seq <= (stages.safeSeq ?? 0)) return 'safe';
  if (seq <= stages.includedSeq) return 'included';
  return seq <= stages.sentSeq ? 'sent' : 'signed';
}
