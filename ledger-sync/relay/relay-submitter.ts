// Brings the headers of a whole fleet onto the ledger, up to a thousand in one transaction. The same rules as for a single
// gateway: saved before sent, a restart is the next tick, and what is anchored is read from the contract's words.
import { readAgreed } from '../anchor/agreement.js';
import type { Fees } from '../anchor/fees.js';
import type { FinalityKind } from '../anchor/finality.js';
import { LedgerError } from '../anchor/ledger-error.js';
import { PayerLane, type PayerLaneOptions, type TickOutcome } from '../anchor/payer-lane.js';
import { dataOf } from '../anchor/paying-wallet.js';
import { withinFeeLimit } from '../anchor/spending.js';
import { type BuildParts, type BuiltSubmission, buildTransaction } from '../anchor/submission-builder.js';
import { toHex } from '../evidence/bytes.js';
import { type FleetFinality, type FleetView, fleetQuestion, readFleetFinality } from './fleet-view.js';
import { nextLoad } from './relay-load.js';
import type { RelayPlan } from './relay-plan.js';
import { RelaySettler } from './relay-settler.js';
import type { RelayStore, RelaySubmission } from './relay-store.js';

export interface RelaySubmitterOptions extends PayerLaneOptions {
  readonly store: RelayStore;
  readonly plan: RelayPlan;
  readonly finality: FinalityKind;
  /** Headers in one transaction, 1 to 1,000. */
  readonly maxHeaders: number;
  /** Called after each look: how each gateway stands. */
  readonly onView: (view: FleetView, finality: FleetFinality | undefined) => void;
}

export class RelaySubmitter {
  readonly #options: RelaySubmitterOptions;
  readonly #lane: PayerLane<FleetView, RelaySubmission>;
  readonly #settler: RelaySettler;
  #finality: FleetFinality | undefined;
  #finalityAt: string | undefined;
  /** Which gateway begins the next load. */
  #turn = 0;
  readonly #forked = new Set<string>();
  /** Up to which header the store was told to let go. */
  readonly #dropped = new Map<string, number>();

  constructor(options: RelaySubmitterOptions) {
    this.#options = options;
    const { store, log, plan, wallet } = options;
    this.#lane = new PayerLane(options, {
      store,
      codeHashes: [plan.codeHash],
      build: (parts, view, fees) => this.#build(parts, view, fees),
      sent: (kind, { hash, nonce }) => {
        log.info({ hash, nonce }, `relay transaction ${kind}`);
        return nonce;
      },
    });
    this.#settler = new RelaySettler(store, this.#lane.contract, plan, wallet.address);
  }

  /** One round, as PayerLane.tick: look at the ledger, then do at most one thing. */
  tick(): Promise<TickOutcome> {
    return this.#lane.tick(() => this.#advance());
  }

  async #advance(): Promise<TickOutcome> {
    const { store, wallet, plan, maxHeaders } = this.#options;
    const question = { standing: plan.standing, gateways: store.followed(), payer: wallet.address };
    const view = await readAgreed(this.#lane.pool, fleetQuestion(question));
    await this.#readFinality(question, view);
    await this.#settler.settle(view, this.#finality);
    this.#options.onView(view, this.#finality);
    this.#dropFinal();

    const { headers, forked } = nextLoad(view.words, store, maxHeaders, this.#turn);
    for (const gateway of forked) this.#sayForked(gateway);
    if (headers.length === 0) return { kind: 'idle', seq: 0 };
    return this.#lane.offer(view, ({ raw }) => plan.isUseful(dataOf(raw), view));
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
    this.#finality = (await readFleetFinality(this.#lane.pool, question, kind, view)) ?? this.#finality;
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

  async #build(
    parts: BuildParts,
    { block, nonce, words }: FleetView,
    offer: Fees,
  ): Promise<BuiltSubmission<RelaySubmission>> {
    const { store, wallet, limits, chainId, maxHeaders, plan } = this.#options;
    const load = nextLoad(words, store, maxHeaders, this.#turn);
    const call = await plan.callFor(parts.contract, wallet.address, block, load);
    this.#turn += 1;
    if (call === undefined) throw nothingTaken(load.headers.length);
    const fees = withinFeeLimit(offer, block.baseFeePerGas, limits);
    const { signed, ...cost } = await buildTransaction(parts, { chainId, block, nonce }, call, fees);
    return { submission: { ...signed, nonce }, ...cost };
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
