// Brings signed batches onto the ledger with one nonce in flight. All that must outlive a crash is in the store
// before it leaves; a restart is just the next tick. Which batches are anchored is read from the contract's head,
// so drops, replacements and reorgs need no case of their own.
import { readAgreedView } from './agreement.js';
import type { AnchorStore, LedgerHeadObservation, Submission } from './anchor-store.js';
import { knowsTransaction } from './chain-reader.js';
import { AnchorContract } from './contract-client.js';
import { Endpoint } from './endpoint.js';
import { EndpointPool } from './endpoint-pool.js';
import { type Fees, raiseFees, suggestFees } from './fees.js';
import { type Finality, type FinalityKind, readFinality } from './finality.js';
import { assertGenuineLedger } from './genuine-ledger.js';
import { InFlight } from './in-flight.js';
import type { Rpc } from './json-rpc.js';
import { feeCeiling, isUnreachable, LedgerError, type LedgerErrorCode, NodeRefusal } from './ledger-error.js';
import { assertOurHead, type LedgerTarget, type LedgerView } from './ledger-view.js';
import { feesOf, type PayingWallet } from './paying-wallet.js';
import { ProblemReport } from './problem-report.js';
import { classifySendRefusal, sendFailure } from './send-refusal.js';
import { SubmissionSettler } from './settle.js';
import { dayMs, feeLimitReached, payerLow, type SpendingLimits } from './spending.js';
import { buildSubmission, nextBatches } from './submission-builder.js';

/** About 0.85 million gas; a backlog longer than this takes several transactions. */
const maxBatchesPerTransaction = 100;

const unknownFinality: Finality = { safeSeq: undefined, finalizedSeq: undefined, block: 0, nonce: 0 };

/** The part of a pino logger that is used. */
interface AnchorLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface AnchorSubmitterOptions extends LedgerTarget {
  readonly store: AnchorStore;
  /** At least one; of three or more, two must agree. */
  readonly endpoints: readonly Rpc[];
  readonly wallet: PayingWallet;
  readonly limits: SpendingLimits;
  /** A payer whose balance lasts for fewer days is a warning. */
  readonly lowBalanceDays: number;
  readonly finality: FinalityKind;
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
  readonly #pool: EndpointPool;
  readonly #contract: AnchorContract;
  readonly #settler: SubmissionSettler;
  readonly #inFlight: InFlight;
  readonly #problem: ProblemReport;
  readonly #warning: ProblemReport;
  #finality: (Finality & { readonly atBlock: string }) | undefined;
  #lastLogged: string | undefined;

  constructor(options: AnchorSubmitterOptions) {
    this.#options = options;
    const { store, chainId, contract, gateway, log } = options;
    const now = options.now ?? (() => performance.now());
    const verify = (rpc: Rpc) => assertGenuineLedger(rpc, { chainId, contract });
    this.#pool = new EndpointPool(
      options.endpoints.map((rpc) => new Endpoint({ rpc, verify, now, random: Math.random })),
    );
    this.#contract = new AnchorContract(this.#pool, contract);
    this.#settler = new SubmissionSettler(store, this.#contract, gateway);
    this.#inFlight = new InFlight(now);
    const isOneOfSeveral = options.endpoints.length > 1;
    this.#problem = new ProblemReport((problem) => {
      store.saveProblem(problem);
      if (problem !== undefined) log.warn({ problem }, 'anchoring is held up');
    }, isOneOfSeveral);
    this.#warning = new ProblemReport((warning) => store.saveWarning(warning), isOneOfSeveral);
  }

  /**
   * One round: look at the ledger, then do at most one thing. Never throws for what the ledger or its endpoints
   * do; that becomes an outcome and a stored problem, and the next tick that succeeds clears it.
   * @throws what the store throws; the reason of the abort when the role stops during a call
   */
  async tick(): Promise<TickOutcome> {
    try {
      const outcome = await this.#advance();
      this.#problem.tell(undefined);
      return outcome;
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      this.#pool.doubt();
      this.#problem.tell(error);
      return { kind: isUnreachable(error) ? 'unreachable' : 'held', code: error.code };
    }
  }

  async #advance(): Promise<TickOutcome> {
    const { store, wallet, chainId, contract, gateway } = this.#options;
    const view = await readAgreedView(this.#pool, { chainId, contract, gateway }, wallet.address);
    if (view.block.number < Math.max(this.#finality?.block ?? 0, store.finalBlock())) throw stale(view);
    this.#finality = await this.#readFinality(view);
    const { safeSeq, finalizedSeq, block: finalBlock } = this.#finality;
    this.#saveHead({ ...view.observation, safeSeq, finalizedSeq, finalBlock });
    assertOurHead(view.observation, store);
    await this.#settler.settle(view, this.#finality);

    const { seq } = view.observation;
    if (nextBatches(store.pendingBatches(1), seq).length === 0) return { kind: 'idle', seq };
    const offers = store.openSubmissions().filter(({ nonce }) => nonce === view.nonce);
    // Someone else may have carried the batches of an offer, or a reorg taken those before; the last one saved is
    // the highest.
    const best = offers.findLast(({ fromSeq, toSeq }) => fromSeq <= seq + 1 && toSeq > seq);
    return best === undefined ? this.#sendNew(view, offers.at(-1)) : this.#followUp(view, best);
  }

  /** Asked once per block, and only while it can tell something new. */
  async #readFinality(view: LedgerView): Promise<Finality & { readonly atBlock: string }> {
    const known = this.#finality;
    const { store, wallet, finality: kind } = this.#options;
    const isAllFinal = known?.finalizedSeq === view.observation.seq && store.openSubmissions().length === 0;
    if (known !== undefined && (isAllFinal || known.atBlock === view.block.hash)) return known;
    const question = { target: this.#options, payer: wallet.address, kind };
    const found = await readFinality(this.#pool, question, view);
    return { ...(found ?? known ?? unknownFinality), atBlock: view.block.hash };
  }

  /** @param rival an offer for the same nonce that is of no use now but may wait at some node */
  async #sendNew(view: LedgerView, rival: Submission | undefined): Promise<TickOutcome> {
    const usual = await suggestFees(this.#pool, view.block);
    const fees = rival === undefined ? usual : (raiseFees(feesOf(rival.raw), usual) ?? usual);
    return this.#send(view, await this.#build(view, fees), 'sent');
  }

  /** Waits for, repeats or replaces the transaction in flight. */
  async #followUp(view: LedgerView, best: Submission): Promise<TickOutcome> {
    this.#inFlight.follow(best.hash, view);
    const higher = this.#inFlight.isStuck(view, best.raw) ? await this.#raise(view, best) : undefined;
    if (higher !== undefined && !(higher instanceof LedgerError)) return this.#send(view, higher, 'replaced');
    // Nodes forget transactions: a full pool, a restart, a reorg.
    const isKnown = await knowsTransaction(this.#pool, best.hash);
    let outcome: TickOutcome = { kind: 'waiting', hash: best.hash };
    if (!isKnown || this.#inFlight.isDueAgain) outcome = await this.#send(view, best, 'sent-again');
    if (higher !== undefined) throw higher;
    return outcome;
  }

  /** A higher offer for the same nonce, or why there may be none: then the old one still goes out. */
  async #raise(view: LedgerView, best: Submission): Promise<Submission | LedgerError> {
    const fees = raiseFees(feesOf(best.raw), await suggestFees(this.#pool, view.block));
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
  async #build(view: LedgerView, fees: Fees): Promise<Submission> {
    const { store, wallet, limits, lowBalanceDays } = this.#options;
    const batches = nextBatches(store.pendingBatches(maxBatchesPerTransaction), view.observation.seq);
    const spends = store.spends(view.block.timeMs - dayMs);
    const parts = { contract: this.#contract, wallet, limits, spends };
    const { submission, most, balanceWei } = await buildSubmission(parts, view, batches, fees);
    this.#warning.tell(payerLow(wallet.address, balanceWei, spends, view.block.timeMs, lowBalanceDays));
    store.saveSubmission(submission, most);
    return submission;
  }

  async #send(view: LedgerView, submission: Submission, kind: Sent['kind']): Promise<TickOutcome> {
    const { hash, fromSeq, toSeq, nonce } = submission;
    this.#inFlight.follow(hash, view);
    this.#inFlight.noteSent();
    try {
      await this.#pool.call('eth_sendRawTransaction', [submission.raw]);
    } catch (error) {
      if (!(error instanceof NodeRefusal)) throw error;
      const refusal = classifySendRefusal(error.nodeText);
      if (refusal === 'underpriced') this.#inFlight.noteUnderpriced(hash);
      const failure = sendFailure(refusal, error, this.#options.wallet.address);
      if (failure !== undefined) throw failure;
      return { kind: 'waiting', hash };
    }
    this.#options.log.info({ hash, nonce, fromSeq, toSeq }, `anchor transaction ${kind}`);
    return { kind, hash, toSeq };
  }

  #saveHead(observation: LedgerHeadObservation): void {
    this.#options.store.saveHead(observation);
    const { registered, seq, head, blockNumber } = observation;
    const state = `${registered} ${seq} ${head}`;
    if (state === this.#lastLogged) return;
    this.#lastLogged = state;
    this.#options.log.info({ seq, block: blockNumber }, 'ledger head');
  }
}

function stale(view: LedgerView): LedgerError {
  const message = `the endpoints are at block ${view.block.number}, before one that was final`;
  return new LedgerError(
    'RPC_STALE',
    message,
    'It is asked again. If it lasts, use other endpoints; a chain begun anew must first grow that long.',
  );
}
