// All watches of the gateway: takes drafts before they are sealed and gives what must join their commit, so that a
// power cut can part neither. The readings themselves are in the log; beside it only what was told is kept with each
// telling, and a fold now and then, from which a start goes on through the log. Pure.

import { recordKinds } from '../../ledger-sync/evidence/record.js';
import type { DraftRecord, StateRow } from '../sealing/draft-record.js';
import { excursionDraft, shipmentOf } from './excursion-draft.js';
import { type BootOnAxis, JudgeClock, type Moment } from './judge-clock.js';
import { inputOf, type JudgedInput, type JudgedRecord } from './judged-input.js';
import type { KitUse } from './kit-use.js';
import { ProbeFold } from './probe-fold.js';
import type { WatchStatus } from './probe-watch.js';
import type { MarkOf } from './re-judgement.js';
import { ReJudgement } from './re-judgement.js';
import { type WatchTerms, watchKey } from './watch-terms.js';
import { WatchedProbe } from './watched-probe.js';

/** What must join the commit. */
export interface Judgement {
  readonly drafts: readonly DraftRecord[];
  readonly judgeState: readonly StateRow[];
}

export interface ExcursionDeskParts {
  /** The rows of judge_state. */
  readonly stored: ReadonlyMap<string, string>;
  readonly terms: readonly WatchTerms[];
  /** Which contact means what at which probe. */
  readonly markOf: (probeId: string, contactId: string) => ReturnType<MarkOf>;
  /** At the start of the role. */
  readonly now: Moment;
  /** The newest record of the log, if there is one. */
  readonly last: Moment | undefined;
  /** Records in the log. */
  readonly size: number;
}

interface Job {
  readonly watch: WatchedProbe;
  readonly again: ReJudgement;
}

export const clockKey = 'judge-clock';
const nothing: Judgement = { drafts: [], judgeState: [] };

export class ExcursionDesk {
  readonly #clock: JudgeClock;
  readonly #markOf: ExcursionDeskParts['markOf'];
  readonly #watches = new Map<string, WatchedProbe>();
  /** By sensor. */
  #bySensor = new Map<string, WatchedProbe[]>();
  #pending: StateRow[] = [];
  #job: Job | undefined;

  constructor({ stored, terms, markOf, now, last, size }: ExcursionDeskParts) {
    const boots = stored.get(clockKey);
    this.#clock = new JudgeClock(boots === undefined ? [] : (JSON.parse(boots) as BootOnAxis[]));
    this.#markOf = markOf;
    if (this.#clock.place(now, last)) this.#pending.push(this.#clockRow());
    for (const one of terms) this.#add(one, now, size, stored);
    this.#index();
  }

  /** From where the log must be told to `resume`. */
  get resumePosition(): number {
    const positions = [...this.#watches.values()].map(({ position }) => position);
    return positions.reduce((least, position) => Math.min(least, position), Number.POSITIVE_INFINITY);
  }

  /** Takes a record of the log that may not be in every fold yet; before anything else is taken. */
  resume(sequence: number, record: JudgedRecord): void {
    const input = inputOf(record, this.#clock);
    if (!input) return;
    for (const watch of this.#concerned(input)) if (sequence >= watch.position) watch.replay(input);
  }

  /** Judges a draft. Those of kinds that no judge needs pass without a word. */
  judge(draft: DraftRecord): Judgement {
    const input = inputOf(draft, this.#clock);
    const watches = input && this.#concerned(input);
    if (!watches || watches.length === 0) return nothing;
    this.#job?.again.alsoTake(input);
    const drafts: DraftRecord[] = [];
    // A watch that has just begun must be known before what it tells.
    const judgeState = this.#pending;
    this.#pending = [];
    for (const watch of watches) {
      judgeState.push(...watch.take(input));
      if (input.kind === 'reading') this.#tell(watch, draft, drafts, judgeState);
    }
    return drafts.length === 0 && judgeState.length === 0 ? nothing : { drafts, judgeState };
  }

  /**
   * Time passes. Everything that was judged must be in the log, or on its way there, before.
   * @param base a draft of this moment; its subject and kind do not matter
   * @param position sequence of the next record
   */
  tick(base: DraftRecord, position: number): Judgement {
    const drafts: DraftRecord[] = [];
    const judgeState = this.#pending;
    this.#pending = [];
    this.#settleClock(base, judgeState);
    for (const watch of this.#watches.values()) {
      this.#tell(
        watch,
        { ...base, subjectName: watch.terms.sensorId, value: 0, quality: 0 },
        drafts,
        judgeState,
      );
      judgeState.push(...watch.keepSometimes(position));
    }
    return { drafts, judgeState };
  }

  /** Shipments were armed or have ended. */
  assign(terms: readonly WatchTerms[], base: DraftRecord, position: number): Judgement {
    const drafts: DraftRecord[] = [];
    const judgeState: StateRow[] = [];
    const keys = new Set(terms.map(watchKey));
    for (const [key, watch] of this.#watches) {
      if (keys.has(key)) continue;
      const about = { ...base, subjectName: watch.terms.sensorId };
      drafts.push(...watch.end(this.#moment(base)).map((detail) => excursionDraft(about, watch, detail)));
      drafts.push({
        ...about,
        kind: recordKinds.shipmentEvent,
        ...shipmentOf(watch, about),
        detail: { type: 'judged', ...watch.summary(this.#moment(base).axisMs) },
      });
      judgeState.push(...watch.handOver(this.#moment(base)), ...watch.forget());
      this.#watches.delete(key);
      if (this.#job?.watch === watch) this.#job = undefined;
    }
    for (const one of terms) if (!this.#watches.has(watchKey(one))) this.#add(one, base, position, new Map());
    this.#index();
    judgeState.push(...this.#pending);
    this.#pending = [];
    return { drafts, judgeState };
  }

  /** Where a probe stands, one entry a watch. */
  status(sensorId: string, at: Moment): readonly (WatchStatus & { readonly terms: WatchTerms })[] {
    const { axisMs } = this.#moment(at);
    return (this.#bySensor.get(sensorId) ?? []).map((watch) => ({
      ...watch.status(axisMs),
      terms: watch.terms,
    }));
  }

  /** What the kits of a shipment were exposed to up to that moment, as each of its probes says. */
  exposures(shipment: string, at: Moment): readonly KitUse[] {
    const moment = this.#moment(at);
    return [...this.#watches.values()].flatMap((watch) =>
      watch.terms.shipment === shipment ? (watch.exposure(moment) ?? []) : [],
    );
  }

  /** Which part of the log judging again needs now; undefined: none. */
  wanted(position: number): { readonly from: number; readonly to: number } | undefined {
    this.#job ??= this.#nextJob(position);
    if (!this.#job) return undefined;
    const { again } = this.#job;
    return again.position < again.target ? { from: again.position, to: again.target } : undefined;
  }

  /** Goes on judging again, a slice at a time, with what `wanted` asked for. @returns whether there is more to do */
  judgeAgain(records: readonly (JudgedRecord | undefined)[], position: number): boolean {
    const job = this.#job;
    if (!job) return false;
    job.again.collect(records.map((record) => record && inputOf(record, this.#clock)));
    const fold = job.again.step();
    if (!fold) return true;
    this.#job = undefined;
    this.#pending.push(...job.watch.replaceFold(fold, job.again.fromMs, position));
    return [...this.#watches.values()].some(({ lateFromMs }) => lateFromMs !== undefined);
  }

  /** The time of this boot has become known: what was judged in doubt is judged again. */
  timeKnown({ bootCount }: Moment): readonly StateRow[] {
    const fromMs = this.#clock.at({ bootCount, uptimeMs: 0 });
    // What it has collected so far has the old times.
    this.#job = undefined;
    return fromMs === undefined ? [] : this.#noteLate(fromMs);
  }

  #nextJob(position: number): Job | undefined {
    for (const watch of this.#watches.values()) {
      if (watch.lateFromMs === undefined) continue;
      const fromMs = watch.lateFromMs;
      const { sensorId } = watch.terms;
      const start = watch.before(fromMs);
      const markOf: MarkOf = (contactId) => this.#markOf(sensorId, contactId);
      return {
        watch,
        again: new ReJudgement(watch.terms, { fromMs, start, target: position }, markOf),
      };
    }
    return undefined;
  }

  #add(terms: WatchTerms, at: Moment, position: number, stored: ReadonlyMap<string, string>): void {
    const markOf: MarkOf = (contactId) => this.#markOf(terms.sensorId, contactId);
    const fold = new ProbeFold(terms).save();
    const { axisMs } = this.#moment(at);
    const watch = new WatchedProbe(terms, { stored, assignedMs: axisMs, empty: { position, fold }, markOf });
    this.#pending.push(...watch.begun());
    this.#watches.set(watchKey(terms), watch);
  }

  #index(): void {
    this.#bySensor = new Map();
    for (const watch of this.#watches.values()) {
      const { sensorId } = watch.terms;
      this.#bySensor.set(sensorId, [...(this.#bySensor.get(sensorId) ?? []), watch]);
    }
  }

  #concerned(input: JudgedInput): readonly WatchedProbe[] {
    if (input.kind !== 'contact') return this.#bySensor.get(input.sensorId) ?? [];
    return [...this.#watches.values()].filter(
      ({ terms }) => this.#markOf(terms.sensorId, input.sensorId) !== undefined,
    );
  }

  #tell(watch: WatchedProbe, about: DraftRecord, drafts: DraftRecord[], judgeState: StateRow[]): void {
    const { documents, row } = watch.tell(this.#moment(about));
    for (const detail of documents) drafts.push(excursionDraft(about, watch, detail));
    if (row) judgeState.push(row);
  }

  /** Once the clock is synchronised it can tell how long the machine was off: all is judged again from there. */
  #settleClock(base: Moment, judgeState: StateRow[]): void {
    const fromMs = this.#clock.settle(base);
    if (fromMs === undefined) return;
    judgeState.push(this.#clockRow(), ...this.#noteLate(fromMs));
  }

  #noteLate(fromMs: number): StateRow[] {
    return [...this.#watches.values()].flatMap((watch) => [...watch.noteLate(fromMs)]);
  }

  #clockRow(): StateRow {
    return [clockKey, JSON.stringify(this.#clock.boots)];
  }

  #moment(at: Moment) {
    return { axisMs: this.#clock.at(at) ?? 0, unixMs: at.observedAtMs };
  }
}
