// One watch with what is kept of it: its fold, what was told, and the rows of both. Pure.

import type { DetailDocument, StateRow } from '../sealing/draft-record.js';
import type { JudgedInput } from './judged-input.js';
import type { KitUse } from './kit-use.js';
import type { FoldState } from './probe-fold.js';
import { type AxisMoment, ProbeWatch, type WatchStatus } from './probe-watch.js';
import { feed, type MarkOf } from './re-judgement.js';
import { type Snapshot, WatchShelf } from './watch-shelf.js';
import type { WatchTerms } from './watch-terms.js';

/** A start goes on from the newest fold through at most so many records, and so much time. */
const keepRecords = 20_000;
const keepMs = 3_600_000;

/** Behind it shipment/sensor: what its probes say of its products' lives, once it is delivered. */
export const ledgerKeyPrefix = 'stability/';
/** Behind it the same: what it says of the shipment's kits, until their leg is closed. */
export const exposureKeyPrefix = 'exposure/';

const nothingTold = { documents: [] as readonly DetailDocument[], row: undefined };

export class WatchedProbe {
  readonly terms: WatchTerms;
  readonly #watch: ProbeWatch;
  readonly #shelf: WatchShelf;
  readonly #markOf: MarkOf;
  readonly #isNew: boolean;
  #silence: unknown;
  #keptMs: number;

  constructor(
    terms: WatchTerms,
    {
      stored,
      assignedMs,
      empty,
      markOf,
    }: {
      readonly stored: ReadonlyMap<string, string>;
      readonly assignedMs: number;
      readonly empty: Snapshot;
      readonly markOf: MarkOf;
    },
  ) {
    this.terms = terms;
    this.#markOf = markOf;
    this.#shelf = new WatchShelf(terms, stored, empty);
    const { told, snapshot } = this.#shelf;
    this.#isNew = told === undefined;
    this.#watch = new ProbeWatch(terms, assignedMs, told, snapshot.fold);
    this.#silence = this.#watch.silence;
    this.#keptMs = snapshot.fold.lastMs ?? assignedMs;
  }

  /** Of the first record that is not in its newest fold. */
  get position(): number {
    return this.#shelf.snapshot.position;
  }

  get lateFromMs(): number | undefined {
    return this.#shelf.lateFromMs;
  }

  /** The rows of a watch that is new. */
  begun(): readonly StateRow[] {
    return this.#isNew ? this.#shelf.begin(this.#watch.tellState()) : [];
  }

  /** Takes from the log what was taken before. */
  replay(input: JudgedInput): void {
    // What came late is judged again anyway: its row says so.
    if (!this.#isLate(input)) this.#feed(input);
  }

  /** @returns rows for the commit of what was taken */
  take(input: JudgedInput): readonly StateRow[] {
    if (input.kind === 'reading' && this.#isLate(input)) return this.noteLate(input.reading.axisMs);
    this.#feed(input);
    return [];
  }

  noteLate(axisMs: number): readonly StateRow[] {
    return this.#shelf.noteLate(axisMs);
  }

  /** What must be told now, with the row that says that it was. */
  tell(now: AxisMoment): {
    readonly documents: readonly DetailDocument[];
    readonly row: StateRow | undefined;
  } {
    const documents = this.#watch.tell(now, this.lateFromMs === undefined);
    if (documents.length === 0 && this.#silence === this.#watch.silence) return nothingTold;
    this.#silence = this.#watch.silence;
    return { documents, row: this.#shelf.toldRow(this.#watch.tellState()) };
  }

  /** Keeps the fold when many records or much time lie behind it. @param position of the next record */
  keepSometimes(position: number): readonly StateRow[] {
    const { lastMs } = this.#watch;
    const isOld = lastMs !== null && lastMs - this.#keptMs >= keepMs;
    if (!isOld && position - this.position < keepRecords) return [];
    this.#keptMs = lastMs ?? this.#keptMs;
    return this.#shelf.keep({ position, fold: this.#watch.foldState() });
  }

  /** From where to judge again: the oldest that is kept, if the late reading is older than all of it. */
  before(axisMs: number): Snapshot {
    return this.#shelf.before(axisMs);
  }

  replaceFold(fold: FoldState, fromMs: number, position: number): readonly StateRow[] {
    this.#watch.replaceFold(fold);
    return this.#shelf.judgedAgain({ position, fold }, fromMs);
  }

  /** Documents that end what was told to go on. */
  end(now: AxisMoment): readonly DetailDocument[] {
    return this.#watch.end(now);
  }

  /** What the next gateway needs of the products' lives. */
  handOver(now: AxisMoment): readonly StateRow[] {
    const ledgers = this.#watch.ledgers();
    const { shipment, sensorId } = this.terms;
    if (shipment === undefined || ledgers.length === 0) return [];
    const exposure = this.#watch.exposure(now);
    const rows: StateRow[] = [[`${ledgerKeyPrefix}${shipment}/${sensorId}`, JSON.stringify(ledgers)]];
    if (exposure) rows.push([`${exposureKeyPrefix}${shipment}/${sensorId}`, JSON.stringify(exposure)]);
    return rows;
  }

  exposure(now: AxisMoment): KitUse | undefined {
    return this.#watch.exposure(now);
  }

  forget(): readonly StateRow[] {
    return this.#shelf.forget();
  }

  status(axisMs: number): WatchStatus {
    return this.#watch.status(axisMs);
  }

  summary(axisMs: number): DetailDocument {
    return this.#watch.summary(axisMs);
  }

  #isLate(input: JudgedInput): boolean {
    return input.kind === 'reading' && this.#watch.isLate(input.reading.axisMs);
  }

  #feed(input: JudgedInput): void {
    feed(this.#watch.fold, input, this.#markOf);
  }
}
