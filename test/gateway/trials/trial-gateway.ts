// A gateway for tests of trials: its own key, log and judges as the role has them, on a clock that the test moves. Several of
// them share a clock, as depot, truck and site do. Can be restarted from its journal.

import type { Config } from '../../../config/schema.js';
import { exportEvidence } from '../../../gateway/evidence-export.js';
import { ExcursionDesk } from '../../../gateway/excursions/excursion-desk.js';
import { FaultDesk } from '../../../gateway/excursions/fault-desk.js';
import { exposureKeyPrefix } from '../../../gateway/excursions/watched-probe.js';
import { Judging } from '../../../gateway/intake/judging.js';
import { resumeJudging } from '../../../gateway/intake/late-judging.js';
import { StoredJudged } from '../../../gateway/intake/stored-judged.js';
import { headerOf } from '../../../gateway/journal/anchor-rows.js';
import { JournalReader } from '../../../gateway/journal/journal-reader.js';
import { OwnCheckpoints } from '../../../gateway/publish/own-checkpoints.js';
import type { Actor, RequestOutcome } from '../../../gateway/requests/request.js';
import { StateStore } from '../../../gateway/requests/state-store.js';
import { AlertDesk } from '../../../gateway/reviews/alert-desk.js';
import type { DetailDocument, DraftRecord, StateRow } from '../../../gateway/sealing/draft-record.js';
import { activeShipments } from '../../../gateway/shipments/active-shipments.js';
import { shipmentHandlers } from '../../../gateway/shipments/shipment-handlers.js';
import { KitDesk } from '../../../gateway/trials/kit-desk.js';
import { trialHandlersFor } from '../../../gateway/trials/trial-handlers.js';
import { encodeAnchor } from '../../../ledger-sync/anchor/contract-client.js';
import { encodeBatchWire, genesisHead } from '../../../ledger-sync/evidence/batch.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { qualityCodes } from '../../../ledger-sync/evidence/record.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { draftWith, requestOf } from '../drafts.js';
import { nowMs, orderOf, reviewer } from '../shipments/shipment-office.js';
import { TestLog } from '../test-log.js';

export const MINUTE_MS = 60_000;

/** One for all gateways of a test. */
export class TrialClock {
  ms = nowMs;
}

export class TrialGatewayBench {
  readonly log: TestLog;
  readonly address: string;
  readonly told: DraftRecord[] = [];
  readonly own = new OwnCheckpoints();
  clockTrust: 0 | 1 | 2 = 2;
  readonly #clock: TrialClock;
  #bootCount = 0;
  #bootedMs = 0;
  #journal: JournalReader | undefined;
  #state = new StateStore(new Map());
  #judging: Judging | undefined;
  #kits: KitDesk | undefined;
  #size = 0;
  #isDying = false;

  /** @param key one byte that the device key is made of */
  constructor(folder: string, key: number, clock: TrialClock) {
    const signer = new SoftwareSigner(new Uint8Array(32).fill(key));
    this.#clock = clock;
    this.log = new TestLog(folder, signer);
    this.address = `0x${toHex(signer.address)}`;
    this.restart();
  }

  get state(): StateStore {
    return this.#state;
  }

  get journal(): JournalReader {
    if (!this.#journal) throw new Error('closed');
    return this.#journal;
  }

  close(): void {
    this.#journal?.close();
    this.log.close();
  }

  /** The machine starts, with what the journal has. */
  restart(): void {
    this.#journal?.close();
    this.log.open();
    this.log.nowMs = this.#clock.ms;
    this.#bootCount += 1;
    this.#bootedMs = this.#clock.ms;
    this.#journal = new JournalReader(this.log.path);
    this.#size = this.#journal.log.latestCheckpoint()?.size ?? 0;
    const stored = this.#journal.judgeStates();
    const state = new StateStore(stored);
    this.#state = state;
    const judged = new StoredJudged(this.#journal);
    const excursions = new ExcursionDesk({
      ...{ stored, terms: this.#terms(), markOf: () => undefined, now: this.base() },
      ...{ last: judged.last(), size: this.#size },
    });
    resumeJudging(excursions, judged);
    const kits = new KitDesk({ state, exposures: (shipment, at) => excursions.exposures(shipment, at) });
    const faults = new FaultDesk([], stored);
    const alerts = new AlertDesk(state, this.#size);
    this.#kits = kits;
    this.#judging = new Judging({ faults, excursions, alerts, kits, state });
  }

  base(more: Partial<DraftRecord> = {}): DraftRecord {
    return draftWith({
      ...{ observedAtMs: this.#clock.ms, uptimeMs: this.#clock.ms - this.#bootedMs },
      ...{ bootCount: this.#bootCount, clockTrust: this.clockTrust },
      ...more,
    });
  }

  /** A reading of a probe; undefined: it reports a fault. */
  read(sensorId: string, temperatureMilliC: number | undefined): void {
    const quality = temperatureMilliC === undefined ? qualityCodes['probe-open'] : qualityCodes.good;
    const draft = this.base({ subjectName: sensorId, value: temperatureMilliC ?? 0, quality });
    this.#seal(this.#judges.take([draft]));
  }

  /** Time passes at this gateway: what its judges have to say. */
  tick(): void {
    this.#seal(this.#judges.tick(this.base(), this.#size));
  }

  /** Asks as `actor`; a refusal is an outcome as well. */
  ask(kind: string, document: DetailDocument, actor: Actor = reviewer): RequestOutcome {
    const { address } = this;
    const exposureOf = (shipment: string) => this.#kits?.exposureOf(shipment);
    const handler = [...shipmentHandlers, ...trialHandlersFor({ address, exposureOf })].find(
      (one) => one.kind === kind,
    );
    if (!handler) throw new Error(`no handler of ${kind}`);
    const request = { id: 1, kind, document, createdAtMs: this.#clock.ms };
    const outcome = handler.handle(request, { actor, state: this.#state, nowMs: this.#clock.ms });
    if (!outcome.ok) return outcome;
    this.#state.apply(outcome.state);
    const by = { name: actor.name, printedName: actor.printedName, role: actor.role };
    const drafts = outcome.records.map(({ detail, isSalted = false, shipmentName, value = 0, ...record }) =>
      this.base({ ...record, value, isSalted, shipmentName, detail: { ...detail, by } }),
    );
    this.#seal({ drafts, judgeState: outcome.state });
    this.#kits?.adopt(outcome.state);
    if (!this.#isDying && outcome.state.some(([key]) => key.startsWith('shipment/'))) this.#assign();
    return outcome;
  }

  /** Asks, and fails the test if it is refused. */
  must(kind: string, document: DetailDocument, actor: Actor = reviewer): DetailDocument {
    const outcome = this.ask(kind, document, actor);
    if (!outcome.ok) throw new Error(`${kind}: ${outcome.code} ${outcome.reason}`);
    return outcome.answer;
  }

  /** A shipment with kits, on its way. */
  send(shipment: string, kits: readonly string[], probes = [`probe-of-${shipment}`]): void {
    this.must('shipment.create', orderOf(shipment, { probes }));
    this.must('trial.load', { shipment, kits: [...kits] });
    for (const step of ['arm', 'depart']) this.must(`shipment.${step}`, { id: shipment });
    this.tick();
  }

  /** Delivers it; the statement of its kits is in the log then. */
  deliver(shipment: string): void {
    this.must('shipment.deliver', { id: shipment });
    this.tick();
  }

  /** The power fails right after the delivery is durable, before the probes have had their last word. */
  deliverAndDie(shipment: string): void {
    this.#isDying = true;
    this.must('shipment.deliver', { id: shipment });
    this.#isDying = false;
    this.restart();
  }

  /** Documents of a type, in their order. */
  documents(type: string): DetailDocument[] {
    return this.told.flatMap(({ detail }) => (detail?.type === type ? [detail] : []));
  }

  /** The evidence of the newest record whose document is of that type and event, as JSON text. */
  evidence(type: string, event: string): string {
    const sequence = this.told.findLastIndex(({ detail }) => detail?.type === type && detail.event === event);
    const config = {} as Config;
    return JSON.stringify(exportEvidence(this.journal, config, { kind: 'record', sequence }, true).bundle);
  }

  /** Cuts a header over the log so far. @returns the call data of the transaction that anchors it, 0x hex */
  anchor(): string {
    const [chainId, contract] = [31337, new Uint8Array(20).fill(0xc0)];
    const last = this.journal.latestBatch(chainId, contract);
    const prev = last?.head ?? genesisHead(this.log.signer.address);
    const batch = { chainId, contract, seq: (last?.seq ?? 0) + 1, prev, flags: 0 };
    this.log.writer.seal(requestOf([], { batch }));
    const row = this.journal.latestBatch(chainId, contract);
    if (!row) throw new Error('no header was cut');
    const header = headerOf(row, this.log.signer.address);
    return encodeAnchor([encodeBatchWire({ ...header, signature: row.signature })]);
  }

  get #judges(): Judging {
    if (!this.#judging) throw new Error('closed');
    return this.#judging;
  }

  #terms() {
    return activeShipments(this.#state).flatMap(({ id, profile, sensorIds, budgets }) =>
      sensorIds.map((sensorId) => ({
        ...{ sensorId, shipment: id, profile, budgets, gateway: 'bench', uncertaintyMilliC: undefined },
      })),
    );
  }

  #assign(): void {
    const judged = this.#judges.assign(this.#terms(), this.base(), this.#size);
    this.#state.apply(judged.judgeState.filter(([key]) => key.startsWith(exposureKeyPrefix)));
    this.#seal(judged);
  }

  #seal({ drafts, judgeState }: { drafts: readonly DraftRecord[]; judgeState: readonly StateRow[] }): void {
    if (drafts.length + judgeState.length === 0) return;
    this.log.nowMs = this.#clock.ms;
    const { checkpoint } = this.log.writer.seal(requestOf(drafts, { judgeState: [...judgeState] }));
    if (checkpoint) this.own.note(checkpoint);
    this.#size += drafts.length;
    this.told.push(...drafts);
  }
}
