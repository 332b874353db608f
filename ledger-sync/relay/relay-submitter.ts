// Brings the headers of a whole fleet onto the ledger, up to a thousand in one transaction, with one nonce in flight. The
// same rules as for a single gateway: saved before sent, a restart is the next tick, and what is anchored is read from the
// contract's words.
import { readAgreed } from '../anchor/agreement.js';
import { knowsTransaction } from '../anchor/chain-reader.js';
import { AnchorContract } from '../anchor/contract-client.js';
import { Endpoint } from '../anchor/endpoint.js';
import { EndpointPool } from '../anchor/endpoint-pool.js';
import { type Fees, raiseFees, suggestFees } from '../anchor/fees.js';
import type { FinalityKind } from '../anchor/finality.js';
import { assertGenuineLedger } from '../anchor/genuine-ledger.js';
import { InFlight } from '../anchor/in-flight.js';
import type { Rpc } from '../anchor/json-rpc.js';
import { feeCeiling, isUnreachable, LedgerError, NodeRefusal } from '../anchor/ledger-error.js';
import { dataOf, feesOf, type PayingWallet } from '../anchor/paying-wallet.js';
import { ProblemReport } from '../anchor/problem-report.js';
import { classifySendRefusal, sendFailure } from '../anchor/send-refusal.js';
import { dayMs, feeLimitReached, payerLow, type SpendingLimits, withinFeeLimit } from '../anchor/spending.js';
import { buildTransaction } from '../anchor/submission-builder.js';
import type { TickOutcome } from '../anchor/submitter.js';
import { toHex } from '../evidence/bytes.js';
import { type FleetFinality, type FleetView, fleetQuestion, readFleetFinality } from './fleet-view.js';
import { nextLoad } from './relay-load.js';
import type { RelayPlan } from './relay-plan.js';
import { RelaySettler } from './relay-settler.js';
import type { RelayStore, RelaySubmission } from './relay-store.js';

export interface RelaySubmitterOptions {
  readonly chainId: number;
  /** 20 bytes. */
  readonly contract: Uint8Array;
  readonly store: RelayStore;
  readonly plan: RelayPlan;
  /** At least one; of three or more, two must agree. */
  readonly endpoints: readonly Rpc[];
  readonly wallet: PayingWallet;
  readonly limits: SpendingLimits;
  readonly lowBalanceDays: number;
  readonly finality: FinalityKind;
  /** Headers in one transaction, 1 to 1,000. */
  readonly maxHeaders: number;
  /** Called after each look: how each gateway stands. */
  readonly onView: (view: FleetView, finality: FleetFinality | undefined) => void;
  readonly log: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
  };
  /** Monotonic ms. */
  readonly now?: () => number;
}

export class RelaySubmitter {
  readonly #options: RelaySubmitterOptions;
  readonly #pool: EndpointPool;
  readonly #contract: AnchorContract;
  readonly #settler: RelaySettler;
  readonly #inFlight: InFlight;
  readonly #problem: ProblemReport;
  readonly #warning: ProblemReport;
  #finality: FleetFinality | undefined;
  #finalityAt: string | undefined;
  /** Which gateway begins the next load. */
  #turn = 0;
  readonly #forked = new Set<string>();
  /** Up to which header the store was told to let go. */
  readonly #dropped = new Map<string, number>();

  constructor(options: RelaySubmitterOptions) {
    this.#options = options;
    const { store, chainId, contract, log, plan, wallet } = options;
    const now = options.now ?? (() => performance.now());
    const verify = (rpc: Rpc) => assertGenuineLedger(rpc, { chainId, contract }, [plan.codeHash]);
    this.#pool = new EndpointPool(
      options.endpoints.map((rpc) => new Endpoint({ rpc, verify, now, random: Math.random })),
    );
    this.#contract = new AnchorContract(this.#pool, contract);
    this.#settler = new RelaySettler(store, this.#contract, plan, wallet.address);
    this.#inFlight = new InFlight(now);
    const isOneOfSeveral = options.endpoints.length > 1;
    this.#problem = new ProblemReport((problem) => {
      store.saveProblem(problem);
      if (problem !== undefined) log.warn({ problem }, 'anchoring is held up');
    }, isOneOfSeveral);
    this.#warning = new ProblemReport((warning) => store.saveWarning(warning), isOneOfSeveral);
  }

  /**
   * One round: look at the ledger, then do at most one thing. What the ledger or its endpoints do becomes an outcome and a
   * stored problem.
   * @throws what the store throws; the reason of the abort when the relay stops during a call
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
    const { store, wallet, plan, maxHeaders } = this.#options;
    const question = { standing: plan.standing, gateways: store.followed(), payer: wallet.address };
    const view = await readAgreed(this.#pool, fleetQuestion(question));
    await this.#readFinality(question, view);
    await this.#settler.settle(view, this.#finality);
    this.#options.onView(view, this.#finality);
    this.#dropFinal();

    const { headers, forked } = nextLoad(view.words, store, maxHeaders, this.#turn);
    for (const gateway of forked) this.#sayForked(gateway);
    if (headers.length === 0) return { kind: 'idle', seq: 0 };
    const offers = store.openSubmissions().filter(({ nonce }) => nonce === view.nonce);
    const best = offers.findLast(({ raw }) => plan.isUseful(dataOf(raw), view));
    if (best !== undefined) return this.#followUp(view, best);
    const usual = await suggestFees(this.#pool, view.block);
    const rival = offers.at(-1);
    const fees = rival === undefined ? usual : (raiseFees(feesOf(rival.raw), usual) ?? usual);
    return this.#send(view, await this.#build(view, fees), 'sent');
  }

  /** Once for each gateway: a person must look, the others go on. */
  #sayForked(gateway: Uint8Array): void {
    const name = toHex(gateway);
    if (this.#forked.has(name)) return;
    this.#forked.add(name);
    const hint = 'its journal was restored from an older copy, or two devices use one key';
    const fields = { code: 'HEADER_FORKED', gateway: `0x${name}`, hint };
    this.#options.log.warn(fields, 'the next header of a gateway does not follow what the ledger holds');
  }

  /** Asked once per block. */
  async #readFinality(question: Parameters<typeof fleetQuestion>[0], view: FleetView): Promise<void> {
    if (this.#finalityAt === view.block.hash) return;
    const { finality: kind } = this.#options;
    this.#finality = (await readFleetFinality(this.#pool, question, kind, view)) ?? this.#finality;
    this.#finalityAt = view.block.hash;
  }

  /** What cannot be taken back any more needs no keeping. */
  #dropFinal(): void {
    const { store } = this.#options;
    for (const gateway of store.gateways()) {
      const name = toHex(gateway);
      const seq = this.#finality?.finalized?.get(name) ?? 0;
      if (seq <= (this.#dropped.get(name) ?? 0)) continue;
      store.dropHeaders(gateway, seq);
      this.#dropped.set(name, seq);
    }
  }

  async #followUp(view: FleetView, best: RelaySubmission): Promise<TickOutcome> {
    this.#inFlight.follow(best.hash, view);
    const higher = this.#inFlight.isStuck(view, best.raw) ? await this.#raise(view, best) : undefined;
    if (higher !== undefined && !(higher instanceof LedgerError)) return this.#send(view, higher, 'replaced');
    const isKnown = await knowsTransaction(this.#pool, best.hash);
    let outcome: TickOutcome = { kind: 'waiting', hash: best.hash };
    if (!isKnown || this.#inFlight.isDueAgain) outcome = await this.#send(view, best, 'sent-again');
    if (higher !== undefined) throw higher;
    return outcome;
  }

  /** A higher offer for the same nonce, with what has come since, or why there may be none. */
  async #raise(view: FleetView, best: RelaySubmission): Promise<RelaySubmission | LedgerError> {
    const fees = raiseFees(feesOf(best.raw), await suggestFees(this.#pool, view.block));
    if (fees === undefined) return feeCeiling(best.nonce);
    if (fees.maxFeePerGas > this.#options.limits.perGas) return feeLimitReached();
    try {
      return await this.#build(view, fees);
    } catch (error) {
      if (error instanceof LedgerError && !isUnreachable(error)) return error;
      throw error;
    }
  }

  /** Signs and saves: from here on the transaction may be sent at any time, also after a crash. */
  async #build(view: FleetView, offer: Fees): Promise<RelaySubmission> {
    const { store, wallet, limits, lowBalanceDays, chainId, maxHeaders, plan } = this.#options;
    const { block, nonce } = view;
    const load = nextLoad(view.words, store, maxHeaders, this.#turn);
    const call = await plan.callFor(this.#contract, wallet.address, block, load);
    this.#turn += 1;
    if (call === undefined) throw nothingTaken(load.headers.length);
    const fees = withinFeeLimit(offer, block.baseFeePerGas, limits);
    const spends = store.spends(block.timeMs - dayMs);
    const parts = { contract: this.#contract, wallet, limits, spends };
    const { signed, most, balanceWei } = await buildTransaction(parts, { chainId, block, nonce }, call, fees);
    this.#warning.tell(payerLow(wallet.address, balanceWei, spends, block.timeMs, lowBalanceDays));
    const submission = { ...signed, nonce };
    store.saveSubmission(submission, most);
    return submission;
  }

  async #send(
    view: FleetView,
    submission: RelaySubmission,
    kind: 'sent' | 'sent-again' | 'replaced',
  ): Promise<TickOutcome> {
    const { hash, nonce, raw } = submission;
    this.#inFlight.follow(hash, view);
    this.#inFlight.noteSent();
    try {
      await this.#pool.call('eth_sendRawTransaction', [raw]);
    } catch (error) {
      if (!(error instanceof NodeRefusal)) throw error;
      const refusal = classifySendRefusal(error.nodeText);
      if (refusal === 'underpriced') this.#inFlight.noteUnderpriced(hash);
      const failure = sendFailure(refusal, error, this.#options.wallet.address);
      if (failure !== undefined) throw failure;
      return { kind: 'waiting', hash };
    }
    this.#options.log.info({ hash, nonce }, `relay transaction ${kind}`);
    return { kind, hash, toSeq: nonce };
  }
}

function nothingTaken(headers: number): LedgerError {
  const message = `the contract would take none of ${headers} headers`;
  return new LedgerError(
    'BATCH_REFUSED',
    message,
    'Is the contract the one that these headers were signed for?',
  );
}
