// Closes submissions whose nonce the chain has used: looks up which block took which batches. Only adds knowledge
// about when; that a batch is anchored is decided by the contract's head alone.
import type { AnchorStore, Submission } from './anchor-store.js';
import { type Receipt, readReceipt } from './chain-reader.js';
import type { AnchorContract } from './contract-client.js';
import { InclusionWatch, inclusionOf } from './inclusion.js';
import { LedgerError } from './ledger-error.js';
import type { LedgerView } from './ledger-view.js';

/** Nodes index receipts after the block: a missing one is believed only after this many more blocks. */
const receiptPatienceBlocks = 3;

/** Settles the submissions of one process; remembers how long a receipt has been missing and young inclusions. */
export class SubmissionSettler {
  readonly #missingSince = new Map<string, number>();
  readonly #watch: InclusionWatch;

  constructor(
    readonly store: AnchorStore,
    readonly contract: AnchorContract,
    readonly gateway: Uint8Array,
  ) {
    this.#watch = new InclusionWatch(store, contract, gateway);
  }

  /** @throws LedgerError RPC_*; TRANSACTION_REVERTED after the submission was dropped */
  async settle(view: LedgerView): Promise<void> {
    await this.#watch.recheck(view.block);
    for (const submission of this.store.openSubmissions()) {
      if (submission.nonce >= view.nonce) continue;
      const receipt = await readReceipt(this.contract.rpc, submission.hash);
      const isSettled = receipt !== undefined && (await this.#close(submission, receipt));
      if (!isSettled) this.#dropAfterPatience(submission, view.block.number);
    }
  }

  /** @returns false when the receipt told nothing that lasts */
  async #close({ hash }: Submission, receipt: Receipt): Promise<boolean> {
    const inclusion = await inclusionOf(this.contract, this.gateway, hash, receipt);
    if (inclusion !== undefined) {
      this.store.saveInclusion(inclusion);
      this.#watch.add(inclusion);
      this.#drop(hash);
      return true;
    }
    if (receipt.succeeded) return false;
    this.#drop(hash);
    const message = `${hash} was reverted in block ${receipt.blockNumber} (${receipt.gasUsed} gas used)`;
    const hint = 'It is tried again. Does the chain price gas unusually?';
    throw new LedgerError('TRANSACTION_REVERTED', message, hint);
  }

  /** Replaced by another transaction, or mined with records that were all anchored before. */
  #dropAfterPatience({ hash }: Submission, blockNumber: number): void {
    const since = this.#missingSince.get(hash) ?? blockNumber;
    this.#missingSince.set(hash, since);
    if (blockNumber >= since + receiptPatienceBlocks) this.#drop(hash);
  }

  #drop(hash: string): void {
    this.#missingSince.delete(hash);
    this.store.dropSubmission(hash);
  }
}
