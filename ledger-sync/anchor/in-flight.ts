// The one transaction that waits for its block: how long, whether a higher offer is due, whether nodes should be told
// of it again. In memory only: a restart begins to wait anew.
import type { Block } from './chain-reader.js';
import { feesOf } from './paying-wallet.js';

/** A transaction not included for this long gets a higher offer. txmgr's value; four mainnet blocks. */
const patienceMs = 48_000;
/** ... if blocks were made meanwhile: more money does not cure a chain that stands still. */
const patienceBlocks = 2;
/** One node knowing it does not mean that the others do, or that it says the truth. */
const repeatMs = 12_000;

interface Awaited {
  readonly hash: string;
  readonly sinceMs: number;
  readonly sinceBlock: number;
  sentMs: number;
  isUnderpriced: boolean;
}

export class InFlight {
  readonly #now: () => number;
  #awaited: Awaited | undefined;

  /** @param now monotonic ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Begins to wait for a transaction; goes on if it is the same. */
  follow(hash: string, view: { readonly block: Block }): void {
    if (this.#awaited?.hash === hash) return;
    const nowMs = this.#now();
    this.#awaited = {
      hash,
      sinceMs: nowMs,
      sinceBlock: view.block.number,
      sentMs: nowMs,
      isUnderpriced: false,
    };
  }

  noteSent(): void {
    if (this.#awaited !== undefined) this.#awaited.sentMs = this.#now();
  }

  /** A node wants a higher offer for this one. */
  noteUnderpriced(hash: string): void {
    if (this.#awaited?.hash === hash) this.#awaited.isUnderpriced = true;
  }

  get isDueAgain(): boolean {
    return this.#awaited !== undefined && this.#now() - this.#awaited.sentMs >= repeatMs;
  }

  /** Whether only a higher offer helps. */
  isStuck(view: { readonly block: Block }, raw: string): boolean {
    if (feesOf(raw).maxFeePerGas < view.block.baseFeePerGas) return true;
    const awaited = this.#awaited;
    if (awaited === undefined) return false;
    const isOverdue = this.#now() - awaited.sinceMs >= patienceMs;
    return awaited.isUnderpriced || (isOverdue && view.block.number >= awaited.sinceBlock + patienceBlocks);
  }
}
