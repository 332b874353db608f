// Looks up which block took which batches, and lets go of submissions whose nonce is final. Only adds knowledge about
// when; that a batch is anchored is decided by the contract's head alone.
import type { AnchorStore, Submission } from './anchor-store.js';
import { type Receipt, readReceipt } from './chain-reader.js';
import type { AnchorContract } from './contract-client.js';
import type { Finality } from './finality.js';
import { InclusionWatch, inclusionOf } from './inclusion.js';
import { LedgerError } from './ledger-error.js';
import type { LedgerView } from './ledger-view.js';

/** Settles the submissions of one process; what it remembers is looked up again after a restart. */
export class SubmissionSettler {
  /** Nonces whose transaction was found, with its hash. */
  readonly #found = new Map<number, string>();
  readonly #reverted = new Set<string>();
  readonly #watch: InclusionWatch;
  #lastBlockHash: string | undefined;

  constructor(
    readonly store: AnchorStore,
    readonly contract: AnchorContract,
    readonly gateway: Uint8Array,
  ) {
    this.#watch = new InclusionWatch(store, contract, gateway);
  }

  /** @throws LedgerError RPC_*; TRANSACTION_REVERTED once for each */
  async settle(view: LedgerView, finality: Finality | undefined): Promise<void> {
    // Between two looks at one block nothing can have changed, once everything in it was found.
    if (view.block.hash === this.#lastBlockHash) return;
    const lost = await this.#watch.recheck(view.block);
    for (const [nonce, hash] of this.#found) {
      if (nonce >= view.nonce || lost.includes(hash)) this.#found.delete(nonce);
    }
    const used = this.store.openSubmissions().filter(({ nonce }) => nonce < view.nonce);
    // Of several offers for one nonce the last one saved is the likeliest.
    for (const submission of used.toReversed()) {
      if (!this.#found.has(submission.nonce)) await this.#lookUp(submission);
    }
    // A node may know a nonce as used before it gives the receipt.
    if (used.every((submission) => this.#isSettled(submission))) this.#lastBlockHash = view.block.hash;
    this.#letGo(used, finality);
  }

  #isSettled({ nonce, hash }: Submission): boolean {
    return this.#found.has(nonce) || this.#reverted.has(hash);
  }

  async #lookUp({ hash, nonce }: Submission): Promise<void> {
    if (this.#reverted.has(hash)) return;
    const receipt = await readReceipt(this.contract.rpc, hash);
    if (receipt === undefined) return;
    const inclusion = await inclusionOf(this.contract, this.gateway, hash, receipt);
    if (inclusion !== undefined) {
      const { costWei } = receipt;
      if (costWei === undefined) this.store.saveInclusion(inclusion);
      else this.store.saveInclusion(inclusion, { nonce, wei: costWei });
      this.#watch.add(inclusion);
      this.#found.set(nonce, hash);
    } else if (!receipt.succeeded) {
      this.#reverted.add(hash);
      throw reverted(hash, receipt);
    }
  }

  /** Found or not: a nonce that is final needs no transaction any more. */
  #letGo(used: readonly Submission[], finality: Finality | undefined): void {
    if (finality === undefined) return;
    const final = used.filter(({ nonce }) => nonce < finality.nonce);
    if (final.length === 0) return;
    this.store.dropSubmissions(final.map(({ hash }) => hash));
    for (const { nonce, hash } of final) {
      this.#found.delete(nonce);
      this.#reverted.delete(hash);
    }
  }
}

function reverted(hash: string, receipt: Receipt): LedgerError {
  const message = `${hash} was reverted in block ${receipt.blockNumber} (${receipt.gasUsed} gas used)`;
  const hint = 'It is tried again. Does the chain price gas unusually?';
  return new LedgerError('TRANSACTION_REVERTED', message, hint);
}
