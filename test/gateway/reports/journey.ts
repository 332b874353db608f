// A shipment as the gateway writes it, on disk: an order, readings judged by the judges' own desk, doors, positions, persons
// who sign, one log. Times are the test's own, so that the same journey is the same log to the byte.

import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AlarmProfile } from '../../../config/alarm-profile.js';
import { loadConfig } from '../../../config/load.js';
import type { Config } from '../../../config/schema.js';
import { accountRow } from '../../../gateway/accounts/account.js';
import { recordedSignature } from '../../../gateway/accounts/recorded-signature.js';
import { documentHashOf, type SignedRequest, signRequest } from '../../../gateway/accounts/signed-request.js';
import { ExcursionDesk } from '../../../gateway/excursions/excursion-desk.js';
import type { Mark } from '../../../gateway/excursions/probe-fold.js';
import type { Actor, RequestedRecord } from '../../../gateway/requests/request.js';
import { StateStore } from '../../../gateway/requests/state-store.js';
import { AlertDesk } from '../../../gateway/reviews/alert-desk.js';
import { alertHandlers } from '../../../gateway/reviews/alert-handlers.js';
import type { DetailDocument, DraftRecord, StateRow } from '../../../gateway/sealing/draft-record.js';
import { shipmentHandlers } from '../../../gateway/shipments/shipment-handlers.js';
import { qualityCodes, recordKinds } from '../../../ledger-sync/evidence/record.js';
import { type Person, person, sealedKey } from '../accounts/account-office.js';
import { draftWith, requestOf } from '../drafts.js';
import { openTestLog, type TestLog } from '../test-log.js';

export const START_MS = Date.parse('2026-03-02T06:00:00Z');
export const MINUTE_MS = 60_000;
export const dana = { ...person('dana', 'quality'), printedName: 'Dana Exämple' };
export const wim = person('wim', 'quality');
export const omar = person('omar', 'operator');

export interface JourneyTerms {
  readonly shipment?: string;
  readonly probes?: readonly string[];
  readonly profile: AlarmProfile;
  /** Contact to what it means at every probe. */
  readonly contacts?: Readonly<Record<string, Mark>>;
  readonly order?: DetailDocument;
}

export class Journey {
  readonly log: TestLog;
  readonly shipment: string;
  readonly probes: readonly string[];
  readonly #terms: JourneyTerms;
  readonly #state = new StateStore(new Map());
  readonly #alerts = new AlertDesk(this.#state, 0);
  readonly #desk: ExcursionDesk;
  nowMs = START_MS;
  /** Of the machine; the wall clock may step away from it. */
  stepMs = 0;
  #isArmed = false;
  #pending: DraftRecord[] = [];
  #rows: StateRow[] = [];
  #nonce = 0;

  /** @param log for what several tests share, and close */
  constructor(terms: JourneyTerms, log: TestLog = openTestLog()) {
    this.#terms = terms;
    this.log = log;
    this.shipment = terms.shipment ?? 'SHIP-0001';
    this.probes = terms.probes ?? ['cargo-front', 'cargo-rear'];
    this.#desk = new ExcursionDesk({
      stored: new Map(),
      terms: [],
      markOf: (_probe, contact) => terms.contacts?.[contact],
      now: this.#base(),
      last: undefined,
      size: 0,
    });
    for (const one of [dana, wim, omar]) this.#keep([accountOf(one)]);
  }

  /** Passes minutes. */
  after(minutes: number): this {
    this.nowMs += Math.round(minutes * MINUTE_MS);
    return this;
  }

  reading(sensor: string, milliC: number, more: Partial<DraftRecord> = {}): this {
    const about = {
      subjectName: sensor,
      value: milliC,
      shipmentName: this.#isArmed ? this.shipment : undefined,
    };
    return this.add({ ...this.#base(), kind: recordKinds.temperature, ...about, ...more });
  }

  fault(sensor: string, quality: keyof typeof qualityCodes = 'probe-open'): this {
    return this.reading(sensor, 0, { quality: qualityCodes[quality] });
  }

  door(sensor: string, isOpen: boolean): this {
    const value = isOpen ? 1 : 0;
    return this.add({ ...this.#base(), kind: recordKinds.door, subjectName: sensor, value });
  }

  position(latitudeDegE7: number, longitudeDegE7: number): this {
    const detail = { type: 'position', latitudeDegE7, longitudeDegE7 };
    return this.add({ ...this.#base(), kind: recordKinds.position, subjectName: 'gnss', detail });
  }

  /** A record of the gateway itself. */
  note(kind: number, subjectName: string, detail: DetailDocument, value = 0): this {
    return this.add({ ...this.#base(), kind, subjectName, detail, value });
  }

  /** A record about to be sealed, judged as the gateway judges it. */
  add(draft: DraftRecord): this {
    this.#push([draft]);
    const { drafts, judgeState } = this.#desk.judge(draft);
    this.#keep(judgeState);
    this.#push(drafts);
    const ticked = this.#desk.tick(this.#base(), this.log.writer.size + this.#pending.length);
    this.#keep(ticked.judgeState);
    this.#push(ticked.drafts);
    return this;
  }

  /** A step of the shipment, as the order, arming or release. */
  step(step: string, who: Person = omar, document: DetailDocument = {}): this {
    const asked = step === 'create' ? this.#order() : { id: this.shipment, ...document };
    this.#ask(`shipment.${step}`, asked, who, shipmentHandlers);
    if (step === 'arm' || step === 'deliver') this.#assign(step === 'arm');
    return this.seal();
  }

  /** What a person does about an alert. */
  alert(step: string, who: Person, document: DetailDocument): this {
    this.#ask(`alert.${step}`, document, who, alertHandlers);
    return this.seal();
  }

  /** What waits becomes one commit. */
  seal(): this {
    const drafts = this.#pending;
    const judgeState = this.#rows;
    this.#pending = [];
    this.#rows = [];
    this.log.nowMs = this.nowMs;
    if (drafts.length === 0 && judgeState.length === 0) return this;
    const receipt = this.log.writer.seal(requestOf(drafts, { judgeState }));
    this.#alerts.placed(drafts, receipt.firstSequence);
    this.#keep(this.#alerts.sealed(receipt));
    return this;
  }

  /** A configuration beside the log that knows its probes. @param more lines of YAML */
  config(more = ''): { readonly path: string; readonly config: Config } {
    const path = join(dirname(this.log.path), 'coldgate.yaml');
    const value = (name: string, unit: string) =>
      `    - { topic: s/${name}, mapping: generic, values: [ { sensorId: ${name}, path: '$.v', unit: ${unit} } ] }`;
    const contacts = Object.entries(this.#terms.contacts ?? {});
    const lines = [
      `gateway: { name: truck-17, dataDir: ${JSON.stringify(dirname(this.log.path))} }`,
      'mqttIntake:',
      '  listen: { host: 127.0.0.1, port: 1883 }',
      '  sensors:',
      ...this.probes.map((name) => value(name, 'celsius')),
      ...contacts.map(([name]) => value(name, "open-closed, open: 'on', closed: 'off'")),
      ...(contacts.length === 0 ? [] : ['contacts:']),
      ...contacts.map(
        ([name, means]) =>
          `  - { sensorId: ${name}, means: ${means}, probes: [ ${this.probes.join(', ')} ] }`,
      ),
      more,
    ];
    writeFileSync(path, `${lines.join('\n')}\n`);
    return { path, config: loadConfig(path) };
  }

  get alerts(): AlertDesk {
    return this.#alerts;
  }

  get state(): StateStore {
    return this.#state;
  }

  #order(): DetailDocument {
    return {
      id: this.shipment,
      profile: JSON.parse(JSON.stringify(this.#terms.profile)) as DetailDocument,
      probes: this.probes,
      consignor: 'Example Pharma, Basel',
      consignee: 'City Hospital, Zürich',
      carrier: 'Cold Lines',
      ...this.#terms.order,
    };
  }

  #assign(isArmed: boolean): void {
    this.#isArmed = isArmed;
    const { profile } = this.#terms;
    const watch = { shipment: this.shipment, profile, uncertaintyMilliC: 200, gateway: 'truck-17' };
    const terms = isArmed ? this.probes.map((sensorId) => ({ sensorId, ...watch })) : [];
    const position = this.log.writer.size + this.#pending.length;
    const { drafts, judgeState } = this.#desk.assign(terms, this.#base(), position);
    this.#keep(judgeState);
    this.#push(drafts);
  }

  #ask(kind: string, document: DetailDocument, who: Person, handlers: typeof alertHandlers): void {
    const handler = handlers.find((known) => known.kind === kind);
    if (!handler) throw new Error(`no handler of ${kind}`);
    const actor = handler.needsSignature ? this.#signed(kind, document, who) : actorOf(who, undefined);
    const request = { id: 1, kind, document, createdAtMs: this.nowMs };
    const outcome = handler.handle(request, { actor, state: this.#state, nowMs: this.nowMs });
    if (!outcome.ok) throw new Error(`${kind}: ${outcome.code} ${outcome.reason}`);
    this.#keep(outcome.state);
    this.#push(outcome.records.map((record) => this.#draftOf(record, actor)));
  }

  #signed(kind: string, document: DetailDocument, who: Person): Actor {
    this.#nonce += 1;
    const { name, printedName, role, privateKey, signer } = who;
    const request: SignedRequest = {
      ...{ kind, documentHash: documentHashOf(document), name, printedName, role, atMs: this.nowMs },
      nonce: String(this.#nonce).padStart(32, '0'),
    };
    return actorOf(who, recordedSignature(signer, request, document, signRequest(privateKey, request)));
  }

  #draftOf(
    { kind, subjectName, shipmentName, value = 0, detail }: RequestedRecord,
    actor: Actor,
  ): DraftRecord {
    const { name, printedName, role, signature } = actor;
    const by = { name, printedName, role, ...(signature ? { signature } : {}) };
    const about = { kind, subjectName, shipmentName, value, detail: { ...detail, by } };
    return { ...this.#base(), ...about };
  }

  #push(drafts: readonly DraftRecord[]): void {
    for (const draft of drafts) {
      this.#pending.push(draft);
      const { state, records } = this.#alerts.see(draft);
      this.#keep(state);
      for (const { kind, subjectName, shipmentName, value = 0, detail } of records) {
        this.#pending.push({ ...this.#base(), kind, subjectName, shipmentName, value, detail });
      }
    }
  }

  #keep(rows: readonly StateRow[]): void {
    this.#state.apply(rows);
    this.#rows.push(...rows);
  }

  #base(): DraftRecord {
    const uptimeMs = this.nowMs - START_MS + 3_600_000;
    return draftWith({ observedAtMs: this.nowMs + this.stepMs, uptimeMs, subjectName: 'gateway', value: 0 });
  }
}

function actorOf({ name, printedName, role }: Person, signature: DetailDocument | undefined): Actor {
  return { name, printedName, role, isSigned: signature !== undefined, signature };
}

function accountOf({ name, printedName, role, signer, totp }: Person): StateRow {
  return accountRow({
    ...{ name, printedName, role, signer, totpSecret: totp, isDisabled: false, retiredSigners: [] },
    ...{ createdAtMs: START_MS, passwordSinceMs: START_MS },
    key: sealedKey() as never,
  });
}
