// Brings signed batches onto the ledger with one nonce in flight. All that must outlive a crash is in the store
// before it leaves; a restart is just the next tick. Which batches are anchored is read from the contract's head,
// so drops, replacements and reorgs need no case of their own.
import type { AnchorProblem, AnchorStore, LedgerHeadObservation, Submission } from './anchor-store.js';
import { knowsTransaction } from './chain-reader.js';
import { AnchorContract } from './contract-client.js';
import { type Fees, raiseFees, suggestFees } from './fees.js';
import type { Rpc } from './json-rpc.js';
import { isUnreachable, LedgerError, type LedgerErrorCode, NodeRefusal } from './ledger-error.js';
import {
  assertChain,
  assertOurHead,
  type LedgerTarget,
  type LedgerView,
  readLedgerView,
} from './ledger-view.js';
import { feesOf, type PayingWallet } from './paying-wallet.js';
import { classifySendRefusal } from './send-refusal.js';
import { SubmissionSettler } from './settle.js';
import { buildSubmission, insufficientFunds, nextBatches } from './submission-builder.js';

/** About 0.85 million gas; a backlog longer than this takes several transactions. */
const maxBatchesPerTransaction = 100;
/** A transaction not included for this long gets a higher offer. txmgr's value; four mainnet blocks. */
const patienceMs = 48_000;
/** ... if blocks were made meanwhile: more money does not cure a chain that stands still. */
const patienceBlocks = 2;

/** The part of a pino logger that is used. */
interface AnchorLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface AnchorSubmitterOptions extends LedgerTarget {
  readonly store: AnchorStore;
  readonly rpc: Rpc;
  readonly wallet: PayingWallet;
  readonly log: AnchorLog;
  /** Monotonic ms. */
  readonly now?: () => number;
}

export type TickOutcome =
  /** Everything signed so far is anchored. */
  | { readonly kind: 'idle'; readonly seq: number }
  /** A transaction was sent: a first one, the same again, or one with a higher offer. */
  | { readonly kind: 'sent' | 'sent-again' | 'replaced'; readonly hash: string; readonly toSeq: number }
  | { readonly kind: 'waiting'; readonly hash: string }
  /** The endpoint gives no answer. */
  | { readonly kind: 'unreachable'; readonly code: LedgerErrorCode }
  /** The ledger answers, but something must change first; `coldgate status` shows what. */
  | { readonly kind: 'held'; readonly code: LedgerErrorCode };

type Sent = Extract<TickOutcome, { toSeq: number }>;

export class AnchorSubmitter {
  readonly #options: AnchorSubmitterOptions;
  readonly #contract: AnchorContract;
  readonly #settler: SubmissionSettler;
  readonly #now: () => number;
  #isGenuine = false;
  #lastProblem: string | undefined;
  #lastObservation: string | undefined;
  /** The transaction that we wait for, since when, and whether the node asked for more. */
  #awaited: { hash: string; sinceMs: number; sinceBlock: number; isUnderpriced: boolean } | undefined;

  constructor(options: AnchorSubmitterOptions) {
    this.#options = options;
    this.#contract = new AnchorContract(options.rpc, options.contract);
    this.#settler = new SubmissionSettler(options.store, this.#contract, options.gateway);
    this.#now = options.now ?? (() => performance.now());
  }

  /**
   * One round: look at the ledger, then do at most one thing. Never throws for what the ledger or its endpoint
   * does; that becomes an outcome and a stored problem, and the next tick that succeeds clears it.
   * @throws what the store throws; the reason of the abort when the role stops during a call
   */
  async tick(): Promise<TickOutcome> {
    try {
      const outcome = await this.#advance();
      this.#saveProblem(undefined);
      return outcome;
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      this.#isGenuine = false;
      this.#saveProblem(error);
      return { kind: isUnreachable(error) ? 'unreachable' : 'held', code: error.code };
    }
  }

  async #advance(): Promise<TickOutcome> {
    const { store } = this.#options;
    await assertChain(this.#contract, this.#options.chainId);
    if (!this.#isGenuine) await this.#contract.assertGenuine();
    this.#isGenuine = true;

    const view = await readLedgerView(this.#contract, this.#target(), this.#options.wallet.address);
    this.#saveHead(view.observation);
    assertOurHead(view.observation, store);
    await this.#settler.settle(view);

    const { seq } = view.observation;
    // The last one saved for the nonce is the one with the highest offer.
    const best = this.#usefulSubmissions(view).findLast(({ nonce }) => nonce === view.nonce);
    if (nextBatches(store.pendingBatches(1), seq).length === 0) return { kind: 'idle', seq };
    return best === undefined ? this.#sendNew(view) : this.#followUp(view, best);
  }

  /** Drops what would be skipped on chain: someone else carried the batches, or a reorg took those before. */
  #usefulSubmissions(view: LedgerView): Submission[] {
    const { store } = this.#options;
    const { seq } = view.observation;
    return store.openSubmissions().filter(({ nonce, fromSeq, toSeq, hash }) => {
      if (nonce < view.nonce) return false;
      const isUseful = fromSeq <= seq + 1 && toSeq > seq;
      if (!isUseful) store.dropSubmission(hash);
      return isUseful;
    });
  }

  async #sendNew(view: LedgerView): Promise<TickOutcome> {
    const submission = await this.#build(view, await suggestFees(this.#options.rpc, view.block));
    return this.#send(view, submission, 'sent');
  }

  /** Waits for, repeats or replaces the transaction in flight. */
  async #followUp(view: LedgerView, best: Submission): Promise<TickOutcome> {
    const { rpc } = this.#options;
    if (this.#awaited?.hash !== best.hash) this.#await(best.hash, view);
    const isStuck = this.#isStuck(view, best);
    if (isStuck) {
      const fees = raiseFees(feesOf(best.raw), await suggestFees(rpc, view.block));
      if (fees !== undefined) return this.#send(view, await this.#build(view, fees), 'replaced');
    }
    // Nodes forget transactions: a full pool, a restart, a reorg.
    const isKnown = await knowsTransaction(rpc, best.hash);
    const outcome: TickOutcome = isKnown
      ? { kind: 'waiting', hash: best.hash }
      : await this.#send(view, best, 'sent-again');
    if (isStuck) throw feeCeiling(best);
    return outcome;
  }

  #isStuck(view: LedgerView, best: Submission): boolean {
    if (feesOf(best.raw).maxFeePerGas < view.block.baseFeePerGas) return true;
    const awaited = this.#awaited;
    if (awaited === undefined) return false;
    const isOverdue = this.#now() - awaited.sinceMs >= patienceMs;
    return awaited.isUnderpriced || (isOverdue && view.block.number >= awaited.sinceBlock + patienceBlocks);
  }

  /** Signs and saves: from here on the transaction may be sent at any time, also after a crash. */
  async #build(view: LedgerView, fees: Fees): Promise<Submission> {
    const { store, wallet } = this.#options;
    const batches = nextBatches(store.pendingBatches(maxBatchesPerTransaction), view.observation.seq);
    const submission = await buildSubmission(this.#contract, wallet, view, batches, fees);
    store.saveSubmission(submission);
    return submission;
  }

  async #send(view: LedgerView, submission: Submission, kind: Sent['kind']): Promise<TickOutcome> {
    const { hash, fromSeq, toSeq, nonce } = submission;
    if (this.#awaited?.hash !== hash) this.#await(hash, view);
    try {
      await this.#options.rpc.call('eth_sendRawTransaction', [submission.raw]);
    } catch (error) {
      if (!(error instanceof NodeRefusal)) throw error;
      return this.#refused(submission, error);
    }
    this.#options.log.info({ hash, nonce, fromSeq, toSeq }, `anchor transaction ${kind}`);
    return { kind, hash, toSeq };
  }

  #refused(submission: Submission, refusal: NodeRefusal): TickOutcome {
    const { hash } = submission;
    const cause = { cause: refusal };
    switch (classifySendRefusal(refusal.nodeText)) {
      case 'known':
      case 'nonce-used':
        return { kind: 'waiting', hash };
      case 'underpriced':
        if (this.#awaited?.hash === hash) this.#awaited.isUnderpriced = true;
        return { kind: 'waiting', hash };
      case 'no-funds':
        // No node took it: when money comes, a new one is made at the fees of that day.
        this.#options.store.dropSubmission(hash);
        throw insufficientFunds(this.#options.wallet.address);
      case 'wrong-chain':
        throw new LedgerError('WRONG_CHAIN', refusal.message, 'Check the RPC URL and the chain id.', cause);
      case 'other': {
        const hint = 'It is tried again. If it lasts, the words of the node say why.';
        throw new LedgerError('SEND_REFUSED', refusal.message, hint, cause);
      }
    }
  }

  #await(hash: string, view: LedgerView): void {
    this.#awaited = { hash, sinceMs: this.#now(), sinceBlock: view.block.number, isUnderpriced: false };
  }

  #target(): LedgerTarget {
    const { chainId, contract, gateway } = this.#options;
    return { chainId, contract, gateway };
  }

  #saveHead(observation: LedgerHeadObservation): void {
    const state = JSON.stringify([observation.registered, observation.seq, Array.from(observation.head)]);
    this.#options.store.saveHead(observation);
    if (state === this.#lastObservation) return;
    this.#lastObservation = state;
    this.#options.log.info({ seq: observation.seq, block: observation.blockNumber }, 'ledger head');
  }

  #saveProblem(error: LedgerError | undefined): void {
    const problem: AnchorProblem | undefined = error && {
      code: error.code,
      message: error.message,
      hint: error.hint,
    };
    const state = JSON.stringify(problem ?? null);
    if (state === this.#lastProblem) return;
    this.#options.store.saveProblem(problem);
    this.#lastProblem = state;
    if (problem !== undefined) this.#options.log.warn({ problem }, 'anchoring is held up');
  }
}

function feeCeiling({ nonce }: Submission): LedgerError {
  const message = `the transaction with nonce ${nonce} would need more than five times the usual fee`;
  return new LedgerError(
    'FEE_CEILING',
    message,
    'It is sent again as it is until the fees of the chain fit.',
  );
}
