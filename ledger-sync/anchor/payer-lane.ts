// The transactions of one payer, with one nonce in flight: offers one, waits, sends the same again, or outbids it, and
// keeps what holds it up. What a transaction carries, and what else is done at each look, is its owner's. All that must
// outlive a crash is in the store before it leaves; a restart is just the next tick.

import type { AnchorProblem, Spend } from './anchor-store.js';
import { type Block, knowsTransaction } from './chain-reader.js';
import { AnchorContract } from './contract-client.js';
import { Endpoint } from './endpoint.js';
import { EndpointPool } from './endpoint-pool.js';
import { type Fees, raiseFees, suggestFees } from './fees.js';
import { assertGenuineLedger } from './genuine-ledger.js';
import { InFlight } from './in-flight.js';
import type { Rpc } from './json-rpc.js';
import { feeCeiling, isUnreachable, LedgerError, type LedgerErrorCode, NodeRefusal } from './ledger-error.js';
import { feesOf, type PayingWallet } from './paying-wallet.js';
import { ProblemReport } from './problem-report.js';
import { classifySendRefusal, sendFailure } from './send-refusal.js';
import { dayMs, feeLimitReached, payerLow, type SpendingLimits } from './spending.js';
import type { BuildParts, BuiltSubmission } from './submission-builder.js';

/** A signed transaction, kept until its nonce is final. */
interface Offer {
  readonly hash: string;
  readonly nonce: number;
  /** The signed bytes as 0x hex. */
  readonly raw: string;
}

interface Look {
  readonly block: Block;
  /** The payer's next nonce. */
  readonly nonce: number;
}

/** The part of AnchorStore and RelayStore that is the same. */
interface LaneStore<Kept extends Offer> {
  saveSubmission(submission: Kept, most: Spend): void;
  openSubmissions(): Kept[];
  spends(sinceMs: number): Spend[];
  saveProblem(problem: AnchorProblem | undefined): void;
  saveWarning(warning: AnchorProblem | undefined): void;
}

export interface PayerLaneOptions {
  readonly chainId: number;
  /** 20 bytes. */
  readonly contract: Uint8Array;
  /** At least one; of three or more, two must agree. */
  readonly endpoints: readonly Rpc[];
  readonly wallet: PayingWallet;
  readonly limits: SpendingLimits;
  /** A payer whose balance lasts for fewer days is a warning. */
  readonly lowBalanceDays: number;
  /** The part of a pino logger that is used. */
  readonly log: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
  };
  /** Monotonic ms. */
  readonly now?: () => number;
}

type SentKind = 'sent' | 'sent-again' | 'replaced';

export type TickOutcome =
  /** Everything signed so far is anchored. */
  | { readonly kind: 'idle'; readonly seq: number }
  /** A transaction was sent: a first one, the same again, or one with a higher offer. */
  | { readonly kind: SentKind; readonly hash: string; readonly toSeq: number }
  | { readonly kind: 'waiting'; readonly hash: string }
  /** The endpoint gives no answer. */
  | { readonly kind: 'unreachable'; readonly code: LedgerErrorCode }
  /** The ledger answers, but something must change first; `coldgate status` shows what. */
  | { readonly kind: 'held'; readonly code: LedgerErrorCode };

/** What the owner of a lane brings. */
export interface LaneCargo<View extends Look, Kept extends Offer> {
  readonly store: LaneStore<Kept>;
  /** Code hashes of the contract; those of this release where there is none. */
  readonly codeHashes?: readonly string[];
  /** Signs a transaction with what waits. @throws LedgerError why there is none */
  build(parts: BuildParts, view: View, fees: Fees): Promise<BuiltSubmission<Kept>>;
  /** Called when a node has taken it. @returns up to which sequence it goes */
  sent(kind: SentKind, offer: Kept): number;
}

export class PayerLane<View extends Look, Kept extends Offer> {
  readonly pool: EndpointPool;
  readonly contract: AnchorContract;
  readonly #options: PayerLaneOptions;
  readonly #cargo: LaneCargo<View, Kept>;
  readonly #inFlight: InFlight;
  readonly #problem: ProblemReport;
  readonly #warning: ProblemReport;

  constructor(options: PayerLaneOptions, cargo: LaneCargo<View, Kept>) {
    this.#options = options;
    this.#cargo = cargo;
    const { store, codeHashes } = cargo;
    const { chainId, contract, endpoints, log } = options;
    const now = options.now ?? (() => performance.now());
    const verify = (rpc: Rpc) => assertGenuineLedger(rpc, { chainId, contract }, codeHashes);
    this.pool = new EndpointPool(
      endpoints.map((rpc) => new Endpoint({ rpc, verify, now, random: Math.random })),
    );
    this.contract = new AnchorContract(this.pool, contract);
    this.#inFlight = new InFlight(now);
    const isOneOfSeveral = endpoints.length > 1;
    this.#problem = new ProblemReport((problem) => {
      store.saveProblem(problem);
      if (problem !== undefined) log.warn({ problem }, 'anchoring is held up');
    }, isOneOfSeveral);
    this.#warning = new ProblemReport((warning) => store.saveWarning(warning), isOneOfSeveral);
  }

  /**
   * One round. Never throws for what the ledger or its endpoints do; that becomes an outcome and a stored problem, and
   * the next tick that succeeds clears it.
   * @throws what the store throws; the reason of the abort when the role stops during a call
   */
  async tick(advance: () => Promise<TickOutcome>): Promise<TickOutcome> {
    try {
      const outcome = await advance();
      this.#problem.tell(undefined);
      return outcome;
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      this.pool.doubt();
      this.#problem.tell(error);
      return { kind: isUnreachable(error) ? 'unreachable' : 'held', code: error.code };
    }
  }

  /**
   * Does at most one thing for what waits: there must be some.
   * @param isUseful whether an offer carries any of it: someone else may have, or a reorg taken what comes before it
   */
  async offer(view: View, isUseful: (offer: Kept) => boolean): Promise<TickOutcome> {
    const offers = this.#cargo.store.openSubmissions().filter(({ nonce }) => nonce === view.nonce);
    // The last one saved is the highest.
    const best = offers.findLast(isUseful);
    if (best !== undefined) return this.#followUp(view, best);
    const usual = await suggestFees(this.pool, view.block);
    // Of no use now, but it may wait at some node.
    const rival = offers.at(-1);
    const fees = rival === undefined ? usual : (raiseFees(feesOf(rival.raw), usual) ?? usual);
    return this.#send(view, await this.#build(view, fees), 'sent');
  }

  /** Waits for, repeats or replaces the transaction in flight. */
  async #followUp(view: View, best: Kept): Promise<TickOutcome> {
    this.#inFlight.follow(best.hash, view);
    const higher = this.#inFlight.isStuck(view, best.raw) ? await this.#raise(view, best) : undefined;
    if (higher !== undefined && !(higher instanceof LedgerError)) return this.#send(view, higher, 'replaced');
    // Nodes forget transactions: a full pool, a restart, a reorg.
    const isKnown = await knowsTransaction(this.pool, best.hash);
    let outcome: TickOutcome = { kind: 'waiting', hash: best.hash };
    if (!isKnown || this.#inFlight.isDueAgain) outcome = await this.#send(view, best, 'sent-again');
    if (higher !== undefined) throw higher;
    return outcome;
  }

  /** A higher offer for the same nonce, with what has come since, or why there may be none: then the old one still goes out. */
  async #raise(view: View, best: Kept): Promise<Kept | LedgerError> {
    const fees = raiseFees(feesOf(best.raw), await suggestFees(this.pool, view.block));
    if (fees === undefined) return feeCeiling(best.nonce);
    // Cut to the limit it might not be a tenth higher, and no node would take it.
    if (fees.maxFeePerGas > this.#options.limits.perGas) return feeLimitReached();
    try {
      return await this.#build(view, fees);
    } catch (error) {
      if (error instanceof LedgerError && !isUnreachable(error)) return error;
      throw error;
    }
  }

  /** Signs and saves: from here on the transaction may be sent at any time, also after a crash. */
  async #build(view: View, fees: Fees): Promise<Kept> {
    const { contract } = this;
    const { store } = this.#cargo;
    const { wallet, limits, lowBalanceDays } = this.#options;
    const { timeMs } = view.block;
    const spends = store.spends(timeMs - dayMs);
    const parts = { contract, wallet, limits, spends };
    const { submission, most, balanceWei } = await this.#cargo.build(parts, view, fees);
    this.#warning.tell(payerLow(wallet.address, balanceWei, spends, timeMs, lowBalanceDays));
    store.saveSubmission(submission, most);
    return submission;
  }

  async #send(view: View, offer: Kept, kind: SentKind): Promise<TickOutcome> {
    const { hash, raw } = offer;
    this.#inFlight.follow(hash, view);
    this.#inFlight.noteSent();
    try {
      await this.pool.call('eth_sendRawTransaction', [raw]);
    } catch (error) {
      if (!(error instanceof NodeRefusal)) throw error;
      const refusal = classifySendRefusal(error.nodeText);
      if (refusal === 'underpriced') this.#inFlight.noteUnderpriced(hash);
      const failure = sendFailure(refusal, error, this.#options.wallet.address);
      if (failure !== undefined) throw failure;
      return { kind: 'waiting', hash };
    }
    return { kind, hash, toSeq: this.#cargo.sent(kind, offer) };
  }
}
