// Decides when a batch header is cut (PROTOCOL.md, batch): lazily, only when the contract has the one before, on
// an interval or at once after an excursion. It cuts nothing until the ledger-sync role has read the contract's
// head since this start: a restored card must not sign a second header for a seq that is taken.

import type { JournalReader } from '../journal/journal-reader.js';
import type { BatchOrder } from './draft-record.js';

export interface CutterOptions {
  readonly journal: JournalReader;
  readonly chainId: number;
  readonly contract: Uint8Array;
  readonly intervalMs: number;
  /** Monotonic ms. */
  readonly uptimeMs: () => number;
}

export type CutDecision =
  | { readonly kind: 'cut'; readonly order: BatchOrder }
  | { readonly kind: 'wait' }
  /** The contract holds a header that this journal did not make. */
  | { readonly kind: 'outgrown'; readonly ledgerSeq: number; readonly journalSeq: number };

export class BatchCutter {
  readonly #options: CutterOptions;
  #lastCutMs: number | undefined;
  #isUrgent = false;

  constructor(options: CutterOptions) {
    this.#options = options;
  }

  /** The next header shall not wait for the interval. */
  hurry(): void {
    this.#isUrgent = true;
  }

  /** Looks at the journal and decides. */
  decide(): CutDecision {
    const { journal, chainId, contract } = this.#options;
    const head = journal.ledgerHead(chainId, contract);
    if (!head || head.registered === 0) return { kind: 'wait' };
    const last = journal.latestBatch(chainId, contract);
    const journalSeq = last?.seq ?? 0;
    const isForked = head.seq === journalSeq && last && Buffer.compare(head.head, last.head) !== 0;
    if (head.seq > journalSeq || isForked) return { kind: 'outgrown', ledgerSeq: head.seq, journalSeq };
    const size = journal.log.latestCheckpoint()?.size ?? 0;
    if (head.seq < journalSeq || size <= (last?.size ?? 0) || !this.#isDue()) return { kind: 'wait' };
    this.#lastCutMs = this.#options.uptimeMs();
    this.#isUrgent = false;
    return { kind: 'cut', order: { chainId, contract, seq: journalSeq + 1, prev: head.head, flags: 0 } };
  }

  #isDue(): boolean {
    if (this.#isUrgent || this.#lastCutMs === undefined) return true;
    return this.#options.uptimeMs() - this.#lastCutMs >= this.#options.intervalMs;
  }
}
