// The part of the gateway role that decides: by what each probe is judged, who may ask for what, and what people are
// told. Put together here for gateway-role.ts.

import type { Logger } from 'pino';
import type { Config } from '../config/schema.js';
import { toHex } from '../ledger-sync/evidence/bytes.js';
import { recordKinds } from '../ledger-sync/evidence/record.js';
import { accountAuthorisation } from './accounts/account-authorisation.js';
import { accountHandlers } from './accounts/account-handlers.js';
import { openAuthenticity, proofJudge } from './authenticity/open-authenticity.js';
import { OrderLists } from './authenticity/order-lists.js';
import { askVerificationHandler } from './authenticity/verification/ask-verification.js';
import type { GatewayClock } from './clock/gateway-clock.js';
import type { ConfigurationDesk } from './configuration/configuration-desk.js';
import { testedSettingHandler } from './configuration/tested-setting.js';
import { ExcursionDesk } from './excursions/excursion-desk.js';
import { FaultDesk } from './excursions/fault-desk.js';
import { exposureKeyPrefix } from './excursions/watched-probe.js';
import { Judging } from './intake/judging.js';
import { LateJudging, resumeJudging } from './intake/late-judging.js';
import { draftOf, type RecordContext } from './intake/record-mapper.js';
import { StoredJudged } from './intake/stored-judged.js';
import { WatchPlan } from './intake/watch-plan.js';
import { openInventory } from './inventory/open-inventory.js';
import type { JournalReader } from './journal/journal-reader.js';
import type { RequestRows } from './journal/request-rows.js';
import { lostStates } from './lost-states.js';
import { accessNoteHandler } from './privacy/access-note.js';
import { eraseShipmentHandler } from './privacy/erase-shipment.js';
import { recipientHandlers } from './privacy/recipient-handlers.js';
import { qualificationHandlers } from './reports/qualification/sign-qualification.js';
import type { StateChange } from './requests/request.js';
import { RequestDesk } from './requests/request-desk.js';
import { StateStore } from './requests/state-store.js';
import { type Alert, readAlerts } from './reviews/alert.js';
import { AlertDesk } from './reviews/alert-desk.js';
import { AlertError } from './reviews/alert-error.js';
import { alertHandlers } from './reviews/alert-handlers.js';
import { recoverPlaces } from './reviews/alert-places.js';
import type { DraftRecord, SealReceipt, StateRow } from './sealing/draft-record.js';
import type { LogPipeline } from './sealing/log-pipeline.js';
import { type ActiveShipment, activeShipments, ShipmentLookup } from './shipments/active-shipments.js';
import { ShipmentError } from './shipments/shipment-error.js';
import { shipmentHandlersFor } from './shipments/shipment-handlers.js';
import { KitDesk } from './trials/kit-desk.js';
import { trialHandlersFor } from './trials/trial-handlers.js';

type RoleJudgesClock = Pick<GatewayClock, 'trust' | 'placed' | 'now'>;

export interface RoleJudgesParts {
  readonly config: Config;
  readonly journal: JournalReader;
  readonly bootCount: number;
  /** Records in the log. */
  readonly size: number;
  readonly clock: RoleJudgesClock;
  readonly log: Logger;
}

/** What the judges' requests come from and go to. */
export interface BehindJudges {
  readonly pipeline: LogPipeline;
  readonly requests: RequestRows;
  /** Called with what a person's request puts into the log. */
  readonly onRequest: (drafts: readonly DraftRecord[]) => void;
  readonly configuration: Pick<ConfigurationDesk, 'handler' | 'onState'> | undefined;
}

export class RoleJudges {
  readonly context: RecordContext;
  readonly judging: Judging;
  readonly state: StateStore;
  /** Rows that a damaged journal has lost, for the commit that tells of it. */
  readonly restored: readonly StateChange[];
  readonly #config: Config;
  readonly #log: Logger;
  readonly #clock: RoleJudgesClock;
  readonly #plan: WatchPlan;
  readonly #stored: StoredJudged;
  readonly #excursions: ExcursionDesk;
  readonly #kits: KitDesk;
  readonly #gateway: string;
  readonly #recovered: readonly StateChange[];
  #lookup: ShipmentLookup;
  #orders: OrderLists;

  /** @throws ConfigError if a profile is not what it was when the configuration was checked; KeyError for tag keys */
  constructor({ config, journal, bootCount, size, clock, log }: RoleJudgesParts) {
    this.#config = config;
    this.#log = log;
    this.#clock = clock;
    const kept = journal.judgeStates();
    this.restored = lostStates(config, journal, kept);
    const stored = new Map(kept);
    for (const [key, value] of this.restored) {
      if (value === undefined) stored.delete(key);
      else stored.set(key, value);
    }
    this.state = new StateStore(stored);
    this.#recovered = recoverPlaces(this.state, journal);
    this.state.apply(this.#recovered);
    this.#plan = new WatchPlan(config);
    const active = this.#active();
    this.#lookup = this.#lookupOf(active);
    this.context = {
      bootCount,
      clockTrust: () => clock.trust,
      placed: (at) => clock.placed(at),
      shipmentOf: (subjectName) => this.#lookup.shipmentOf(subjectName),
      calibrationDoubt: (sensorId, observedAtMs) => this.#plan.calibrationDoubt(sensorId, observedAtMs),
      judgeProof: proofJudge(config),
    };
    this.#stored = new StoredJudged(journal);
    this.#excursions = new ExcursionDesk({
      stored,
      terms: this.#plan.terms(active),
      markOf: (probe, contact) => this.#plan.markOf(probe, contact),
      now: this.base(),
      last: this.#stored.last(),
      size,
    });
    resumeJudging(this.#excursions, this.#stored);
    const alerts = new AlertDesk(this.state, size);
    const faults = new FaultDesk(this.#plan.watchedSensors, stored);
    this.#orders = new OrderLists(active);
    const isLeftOut = (gtin: string, epc: string) => this.#orders.isLeftOut(gtin, epc);
    const tags = openAuthenticity(config, journal, size, isLeftOut, this.state, log);
    const inventories = openInventory(config, journal, this.state);
    const { state } = this;
    const excursions = this.#excursions;
    this.#gateway = `0x${toHex(journal.gateway)}`;
    const kits = new KitDesk({ state, exposures: (name, at) => excursions.exposures(name, at) });
    this.#kits = kits;
    this.judging = new Judging({ faults, excursions, alerts, tags, inventories, kits, state });
  }

  /** All alerts that ever were; undefined if one of them cannot be read, of which its own judge tells. */
  alerts(): readonly Alert[] | undefined {
    try {
      return readAlerts(this.state);
    } catch (error) {
      if (error instanceof AlertError) return undefined;
      throw error;
    }
  }

  /** A draft of this moment about nothing in particular. */
  base(): DraftRecord {
    const at = this.#clock.now();
    return draftOf(this.context, { at, kind: recordKinds.operatorAction, subjectName: 'gateway' });
  }

  /** The rest, which needs the log that all this goes into. */
  behind({ pipeline, requests, onRequest, configuration }: BehindJudges): RoleRequests {
    if (this.#recovered.length > 0) pipeline.add({ drafts: [], judgeState: this.#recovered });
    const desk = new RequestDesk({
      waiting: (afterId, limit) => requests.waiting(afterId, limit),
      handlers: [
        ...shipmentHandlersFor((name) => this.#plan.knowsProbe(name)),
        ...trialHandlersFor({
          address: this.#gateway,
          exposureOf: (shipment) => this.#kits.exposureOf(shipment),
        }),
        ...alertHandlers,
        ...accountHandlers,
        ...(this.#config.authenticity ? [askVerificationHandler] : []),
        ...recipientHandlers,
        accessNoteHandler,
        ...qualificationHandlers,
        eraseShipmentHandler,
        ...(configuration ? [configuration.handler] : []),
        testedSettingHandler,
      ],
      authorise: accountAuthorisation,
      state: this.state,
      context: this.context,
      now: () => this.#clock.now(),
      add: (entry) => {
        onRequest(entry.drafts);
        this.judging.pass(entry.drafts);
        pipeline.add(entry);
      },
      onState: (changes) => {
        this.#onState(changes, pipeline);
        configuration?.onState(changes);
      },
    });
    const late = new LateJudging(this.#excursions, this.#stored, () => pipeline.nextSequence);
    return { desk, late };
  }

  /** The time of this boot has become known. @returns rows for the commit that says so */
  timeKnown(): readonly StateRow[] {
    return this.#excursions.timeKnown(this.base());
  }

  /** A commit is durable: alerts learn where their records lie. */
  sealed(receipt: SealReceipt, pipeline: LogPipeline): void {
    const judgeState = this.judging.sealed(receipt);
    if (judgeState.length > 0) pipeline.add({ drafts: [], judgeState });
  }

  #onState(changes: readonly StateChange[], pipeline: LogPipeline): void {
    this.#kits.adopt(changes);
    if (!changes.some(([key]) => key.startsWith('shipment/'))) return;
    const active = this.#active();
    this.#lookup = this.#lookupOf(active);
    this.#orders = new OrderLists(active);
    const judged = this.judging.assign(this.#plan.terms(active), this.base(), pipeline.nextSequence);
    // What probes said at the end of a leg; all other rows of watches only they read.
    this.state.apply(judged.judgeState.filter(([key]) => key.startsWith(exposureKeyPrefix)));
    pipeline.add({
      ...judged,
      isUrgent: true,
      onDurable: (firstSequence) => this.judging.placed(judged.drafts, firstSequence),
    });
  }

  #lookupOf(active: readonly ActiveShipment[]): ShipmentLookup {
    return new ShipmentLookup(active, this.#config.shipment?.id);
  }

  /** A row that cannot be read must not keep the truck from recording. */
  #active(): readonly ActiveShipment[] {
    try {
      return activeShipments(this.state);
    } catch (error) {
      if (!(error instanceof ShipmentError)) throw error;
      const { code, hint, message } = error;
      this.#log.error({ code, hint }, `${message}: probes are judged as if no shipment held them`);
      return [];
    }
  }
}

export interface RoleRequests {
  readonly desk: RequestDesk;
  readonly late: LateJudging;
}
