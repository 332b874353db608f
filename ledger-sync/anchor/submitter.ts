// Brings signed batches onto the ledger. Which of them are anchored is read from the contract's head, so drops,
// replacements and reorgs need no case of their own.
import { readAgreedView } from './agreement.js';
import type { AnchorStore, LedgerHeadObservation, Submission } from './anchor-store.js';
import { type Finality, type FinalityKind, readFinality } from './finality.js';
import { LedgerError } from './ledger-error.js';
import { assertOurHead, type LedgerTarget, type LedgerView } from './ledger-view.js';
import { PayerLane, type PayerLaneOptions, type TickOutcome } from './payer-lane.js';
import { SubmissionSettler } from './settle.js';
import { buildSubmission, nextBatches } from './submission-builder.js';

/** About 0.85 million gas; a backlog longer than this takes several transactions. */
const maxBatchesPerTransaction = 100;

const unknownFinality: Finality = { safeSeq: undefined, finalizedSeq: undefined, block: 0, nonce: 0 };

export interface AnchorSubmitterOptions extends PayerLaneOptions, LedgerTarget {
  readonly store: AnchorStore;
  readonly finality: FinalityKind;
}

export class AnchorSubmitter {
  readonly #options: AnchorSubmitterOptions;
  readonly #lane: PayerLane<LedgerView, Submission>;
  readonly #settler: SubmissionSettler;
  #finality: (Finality & { readonly atBlock: string }) | undefined;
  #lastLogged: string | undefined;

  constructor(options: AnchorSubmitterOptions) {
    this.#options = options;
    const { store, log, gateway } = options;
    this.#lane = new PayerLane(options, {
      store,
      build: (parts, view, fees) => {
        const pending = store.pendingBatches(maxBatchesPerTransaction);
        return buildSubmission(parts, view, nextBatches(pending, view.observation.seq), fees);
      },
      sent: (kind, { hash, nonce, fromSeq, toSeq }) => {
        log.info({ hash, nonce, fromSeq, toSeq }, `anchor transaction ${kind}`);
        return toSeq;
      },
    });
    this.#settler = new SubmissionSettler(store, this.#lane.contract, gateway);
  }

  /** One round, as PayerLane.tick: look at the ledger, then do at most one thing. */
  tick(): Promise<TickOutcome> {
    return this.#lane.tick(() => this.#advance());
  }

  async #advance(): Promise<TickOutcome> {
    const { store, wallet, chainId, contract, gateway } = this.#options;
    const view = await readAgreedView(this.#lane.pool, { chainId, contract, gateway }, wallet.address);
    if (view.block.number < Math.max(this.#finality?.block ?? 0, store.finalBlock())) throw stale(view);
    this.#finality = await this.#readFinality(view);
    const { safeSeq, finalizedSeq, block: finalBlock } = this.#finality;
    this.#saveHead({ ...view.observation, safeSeq, finalizedSeq, finalBlock });
    assertOurHead(view.observation, store);
    await this.#settler.settle(view, this.#finality);

    const { seq } = view.observation;
    if (nextBatches(store.pendingBatches(1), seq).length === 0) return { kind: 'idle', seq };
    return this.#lane.offer(view, ({ fromSeq, toSeq }) => fromSeq <= seq + 1 && toSeq > seq);
  }

  /** Asked once per block, and only while it can tell something new. */
  async #readFinality(view: LedgerView): Promise<Finality & { readonly atBlock: string }> {
    const known = this.#finality;
    const { store, wallet, finality: kind } = this.#options;
    const isAllFinal = known?.finalizedSeq === view.observation.seq && store.openSubmissions().length === 0;
    if (known !== undefined && (isAllFinal || known.atBlock === view.block.hash)) return known;
    const question = { target: this.#options, payer: wallet.address, kind };
    const found = await readFinality(this.#lane.pool, question, view);
    return { ...(found ?? known ?? unknownFinality), atBlock: view.block.hash };
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
