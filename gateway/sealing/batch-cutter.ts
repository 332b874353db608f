// Decides when a batch header is cut (PROTOCOL.md, batch): lazily, only when the contract has the one before, on an
// interval or at once after an excursion or a handover. Each covers the whole log, so a backlog of any length needs
// one. Where nothing is new a heartbeat says so, since silence is ambiguous. It cuts nothing until the ledger-sync
// role has read the contract's head since this start: a restored card must not sign a second header for a seq that
// is taken.

import { recordKinds } from '../../ledger-sync/evidence/record.js';
import type { JournalReader } from '../journal/journal-reader.js';
import type { BatchOrder, DraftRecord } from './draft-record.js';

const urgentKinds: readonly number[] = [recordKinds.excursion, recordKinds.shipmentEvent];

export interface CutterOptions {
  readonly journal: JournalReader;
  readonly chainId: number;
  readonly contract: Uint8Array;
  readonly intervalMs: number;
  /** Between headers while nothing is new; undefined: none is cut then. */
  readonly heartbeatMs?: number | undefined;
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
  readonly #startedMs: number;
  #lastCutMs: number | undefined;
  #isUrgent = false;

  constructor(options: CutterOptions) {
    this.#options = options;
    this.#startedMs = options.uptimeMs();
  }

  /** The next header shall not wait for the interval. */
  hurry(): void {
    this.#isUrgent = true;
  }

  /** The next header shall not wait if one of these says who held the goods, or what they suffered. */
  hurryFor(drafts: readonly Pick<DraftRecord, 'kind'>[]): void {
    if (drafts.some(({ kind }) => urgentKinds.includes(kind))) this.hurry();
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
    if (head.seq < journalSeq || !this.#isDue(size, last?.size ?? 0)) return { kind: 'wait' };
    this.#lastCutMs = this.#options.uptimeMs();
    this.#isUrgent = false;
    return { kind: 'cut', order: { chainId, contract, seq: journalSeq + 1, prev: head.head, flags: 0 } };
  }

  #isDue(size: number, coveredSize: number): boolean {
    const sinceMs = (startMs: number) => this.#options.uptimeMs() - startMs;
    if (size <= coveredSize) {
      const { heartbeatMs } = this.#options;
      // An empty log has nothing to be alive about.
      if (heartbeatMs === undefined || size === 0) return false;
      return sinceMs(this.#lastCutMs ?? this.#startedMs) >= heartbeatMs;
    }
    if (this.#isUrgent || this.#lastCutMs === undefined) return true;
    return sinceMs(this.#lastCutMs) >= this.#options.intervalMs;
  }
}
