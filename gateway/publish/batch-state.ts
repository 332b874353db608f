// What became of the newest batch header, as the batch topic says it.

import type { Config } from '../../config/schema.js';
import { fromHex } from '../../ledger-sync/evidence/bytes.js';
import { stageOf } from '../journal/anchor-stages.js';
import type { JournalReader } from '../journal/journal-reader.js';
import type { BatchState } from './side-messages.js';

/** undefined while none is signed, and where no ledger is configured. */
export function newestBatch(
  { ledger }: Pick<Config, 'ledger'>,
  journal: JournalReader,
): BatchState | undefined {
  if (!ledger) return undefined;
  const { chainId } = ledger;
  const contract = fromHex(ledger.contract);
  const batch = journal.latestBatch(chainId, contract);
  if (!batch) return undefined;
  const stage = stageOf(batch.seq, journal.anchorStages(chainId, contract));
  const inclusion = journal.inclusion(chainId, contract, batch.seq);
  return {
    gateway: journal.gateway,
    batch,
    stage,
    transactionHash: inclusion?.transaction_hash,
    blockNumber: inclusion?.block_number,
  };
}
