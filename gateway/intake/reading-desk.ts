// Where every observation becomes records: drafted, judged, and handed to the log together with what the judges
// made of it. What cannot be taken while the disk is full is counted, and the loss itself becomes a record.

import type { Arrival, DeviceCondition, Observation } from '../../firmware-bridge/observation.js';
import { recordKinds } from '../../ledger-sync/evidence/record.js';
import { isAlarming } from '../authenticity/finding.js';
import { isInventoryAlert } from '../inventory/inventory-document.js';
import type { DraftRecord, StateRow } from '../sealing/draft-record.js';
import { type LogPipeline, MAX_WAITING_RECORDS } from '../sealing/log-pipeline.js';
import { isQuarantineAlert } from '../trials/quarantine.js';
import { IntakeError } from './intake-error.js';
import type { Judging } from './judging.js';
import type { OffsetMemory } from './offset-memory.js';
import { draftOf, draftOfObservation, type RecordContext } from './record-mapper.js';

/** What a person must look at before the next reading is believed: somebody may have been at the device. */
const urgentConditions: readonly DeviceCondition['condition'][] = ['calibration-changed', 'device-changed'];

interface Loss {
  records: number;
  fromMs: number;
  toMs: number;
}

/** A tenth of what may wait in memory. */
const BEHIND_RECORDS = MAX_WAITING_RECORDS / 10;

const isUrgentCondition = (observation: Observation) =>
  observation.kind === 'device-condition' && urgentConditions.includes(observation.condition);

const isAboutGoods = ({ kind, detail }: DraftRecord) =>
  (kind === recordKinds.tagAuthenticity && isAlarming(detail?.verdict)) ||
  (kind === recordKinds.shipmentEvent && (isInventoryAlert(detail ?? {}) || isQuarantineAlert(detail ?? {})));

const noRows: readonly StateRow[] = [];

interface Haste {
  readonly isUrgent: boolean;
  /** Sightings of a tag come again and again, and no sender waits for them. */
  readonly isPatient?: boolean;
  readonly onDurable?: (() => void) | undefined;
}

export interface ReadingDeskParts {
  readonly context: RecordContext;
  readonly judging: Judging;
  readonly offsets: OffsetMemory;
  readonly pipeline: LogPipeline;
  /** Called when an excursion opens or closes. */
  readonly onExcursion: () => void;
}

export class ReadingDesk {
  readonly #context: RecordContext;
  readonly #judging: Judging;
  readonly #pipeline: LogPipeline;
  readonly #onExcursion: () => void;
  readonly #offsets: OffsetMemory;
  #hasReading = false;
  #loss: Loss | undefined;

  constructor({ context, judging, offsets, pipeline, onExcursion }: ReadingDeskParts) {
    this.#context = context;
    this.#onExcursion = onExcursion;
    this.#judging = judging;
    this.#offsets = offsets;
    this.#pipeline = pipeline;
  }

  /** Whether the log is so far behind that whoever can wait should: readers stretch their windows. */
  get isBehind(): boolean {
    return this.#pipeline.waitingRecords > BEHIND_RECORDS;
  }

  /** Readings that were refused and whose loss is not recorded yet. */
  get lostRecords(): number {
    return this.#loss?.records ?? 0;
  }

  /** Takes what a device said. A device cannot be asked again, so a refusal is a loss. */
  take(observation: Observation): void {
    const draft = draftOfObservation(this.#context, observation);
    const isPatient = observation.kind === 'tag-sighting';
    if (!this.#add([observation], [draft], { isPatient })) this.#countLoss(draft);
    else if (this.#loss) this.#recordLoss(observation);
  }

  /**
   * Takes a message of a sender that keeps it until it is acknowledged; `done` comes after the commit.
   * While the log is too far behind the message is refused with STORE_BEHIND and nothing is lost.
   */
  takeAcknowledged(observations: readonly Observation[], done: (error?: Error) => void): void {
    const drafts = observations.map((observation) => draftOfObservation(this.#context, observation));
    if (drafts.length === 0) done();
    else if (!this.#add(observations, drafts, { onDurable: () => done() })) {
      done(new IntakeError('STORE_BEHIND', 'the log cannot take more now', 'send the message again later'));
    }
  }

  /** Adds records that are not judged: clock events, shipment events. */
  note(drafts: readonly DraftRecord[], isUrgent: boolean): void {
    this.#pipeline.add({ drafts, isUrgent });
  }

  /** Adds what the gateway has to say of itself: records, and a condition that people get an alert of. */
  report(records: readonly DraftRecord[], condition: DraftRecord, rows: readonly StateRow[]): void {
    const { drafts, judgeState } = this.#judging.take([condition]);
    this.#enter([...records, ...drafts], [...rows, ...judgeState], { isUrgent: true });
  }

  /** Time passes: what the judges have to say of it. */
  tick(at: Arrival): void {
    const base = draftOf(this.#context, { at, kind: recordKinds.operatorAction, subjectName: 'gateway' });
    const { drafts, judgeState } = this.#judging.tick(base, this.#pipeline.nextSequence);
    if (drafts.length > 0 || judgeState.length > 0) this.#enter(drafts, judgeState, { isUrgent: false });
  }

  #add(
    observations: readonly Observation[],
    readings: readonly DraftRecord[],
    { onDurable, isPatient = false }: { onDurable?: () => void; isPatient?: boolean },
  ): boolean {
    // Judging changes the desk's state, so a refusal must come first.
    if (!this.#pipeline.hasRoom(readings.length)) return false;
    const judged = this.#judging.take(readings);
    const offsets = observations.flatMap((observation) =>
      observation.kind === 'calibration-offset' ? this.#offsets.note(observation) : noRows,
    );
    const rows = offsets.length === 0 ? judged.judgeState : [...offsets, ...judged.judgeState];
    this.#enter(judged.drafts, rows, {
      isUrgent: observations.some(isUrgentCondition) || this.#isFirst(observations),
      isPatient,
      onDurable,
    });
    return true;
  }

  /** After a start the first reading does not wait for others: a power cut may come again at once. */
  #isFirst(observations: readonly Observation[]): boolean {
    if (this.#hasReading || !observations.some(({ kind }) => kind === 'temperature')) return false;
    this.#hasReading = true;
    return true;
  }

  #enter(
    drafts: readonly DraftRecord[],
    judgeState: readonly StateRow[],
    { isUrgent, isPatient = false, onDurable }: Haste,
  ): void {
    const isExcursion = drafts.some(({ kind }) => kind === recordKinds.excursion);
    if (isExcursion) this.#onExcursion();
    this.#pipeline.add({
      drafts,
      judgeState,
      isUrgent: isUrgent || isExcursion || drafts.some(isAboutGoods),
      isPatient,
      onDurable: (firstSequence) => {
        this.#judging.placed(drafts, firstSequence);
        onDurable?.();
      },
    });
  }

  #countLoss(draft: DraftRecord): void {
    const loss = this.#loss ?? { records: 0, fromMs: draft.observedAtMs, toMs: draft.observedAtMs };
    loss.records += 1;
    loss.toMs = draft.observedAtMs;
    this.#loss = loss;
  }

  #recordLoss(observation: Observation): void {
    const { records, fromMs, toMs } = this.#loss ?? { records: 0, fromMs: 0, toMs: 0 };
    this.#loss = undefined;
    const detail = { type: 'data-loss', cause: 'store-behind', records, fromMs, toMs };
    const loss = draftOf(this.#context, {
      at: observation.at,
      kind: recordKinds.dataLoss,
      subjectName: 'intake',
      value: records,
      detail,
    });
    this.note([loss], true);
  }
}
