// How a span is anchored: the header on the ledger that covers it, and since when it stands there. Nothing of the ledger is
// asked: the block's time is what the ledger side read.

import type { Config } from '../../config/schema.js';
import { fromHex, toHex } from '../../ledger-sync/evidence/bytes.js';
import { includedBatch } from '../included-batch.js';
import type { JournalReader } from '../journal/journal-reader.js';
import type { Span } from './proven-span.js';

/** Plain JSON. */
export interface AnchorState {
  readonly chainId: number;
  readonly contract: string;
  /** Of the header, in the contract's chain for this gateway. */
  readonly seq: number;
  /** Records that the header covers. */
  readonly size: number;
  readonly root: string;
  readonly head: string;
  readonly transactionHash: string | undefined;
  readonly blockNumber: number | undefined;
  readonly blockTimeMs: number | undefined;
  /** Records of the span that no header on the ledger covers yet. */
  readonly notCovered: number;
}

/** undefined: no ledger is configured, or none of the span is on it. */
export function anchorStateOf(
  journal: JournalReader,
  { ledger }: Config,
  span: Span,
): AnchorState | undefined {
  if (!ledger) return undefined;
  const { chainId } = ledger;
  const contract = fromHex(ledger.contract);
  const batch = includedBatch(journal, { chainId, verifyingContract: contract }, span);
  if (!batch) return undefined;
  const inclusion = journal.inclusion(chainId, contract, batch.seq);
  const hex = (bytes: Uint8Array) => `0x${toHex(bytes)}`;
  return {
    chainId,
    contract: ledger.contract.toLowerCase(),
    seq: batch.seq,
    size: batch.size,
    root: hex(batch.root),
    head: hex(batch.head),
    transactionHash: inclusion?.transaction_hash,
    blockNumber: inclusion?.block_number,
    blockTimeMs: inclusion?.block_time_ms,
    notCovered: Math.max(0, span.last + 1 - batch.size),
  };
}
