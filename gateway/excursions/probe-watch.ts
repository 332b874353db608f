// Watches one probe under one profile: what its readings add up to, compared with what people were told. Gives the
// documents of the records that are due. Pure: time comes in with readings and ticks.

import type { DetailDocument } from '../sealing/draft-record.js';
import { budgetSummary } from './budget-document.js';
import { documentHead, ruleDocument } from './excursion-document.js';
import { KITS, type KitUse, useOf } from './kit-use.js';
import { type FoldState, ProbeFold } from './probe-fold.js';
import type { ProbeState, UnknownCause } from './profile-judge.js';
import { MktAlarm, type MktTelling } from './profile-mkt.js';
import { type ProductLedger, type ToldBudgetState, ToldBudgets } from './told-budgets.js';
import { type Told, ToldExcursions } from './told-excursions.js';
import { type SilenceTelling, type ToldSilence, UnknownWatch } from './unknown-watch.js';
import type { WatchTerms } from './watch-terms.js';

/** What people were told, and since when the watch is: plain JSON, to be kept with each telling. */
export interface TellState {
  readonly rules: readonly (readonly Told[])[];
  readonly silence: ToldSilence | null;
  readonly mktSinceMs: number | null;
  /** By product. */
  readonly budgets: ToldBudgetState;
  /** When the watch began, on the judges' axis. */
  readonly assignedMs: number;
}

export interface WatchStatus {
  readonly state: ProbeState;
  /** Why it is UNKNOWN. */
  readonly cause: UnknownCause | undefined;
}

/** A moment on the judges' axis, and as the wall clock has it. */
export interface AxisMoment {
  readonly axisMs: number;
  readonly unixMs: number;
}

export class ProbeWatch {
  readonly terms: WatchTerms;
  readonly assignedMs: number;
  readonly #silence: UnknownWatch;
  readonly #mkt: MktAlarm | undefined;
  readonly #told: readonly ToldExcursions[];
  readonly #toldBudgets: ToldBudgets;
  #fold: ProbeFold;

  /**
   * @param told what `tellState` gave last under the same terms
   * @param fold what `foldState` gave, brought up to what was told
   */
  constructor(terms: WatchTerms, assignedMs: number, told?: TellState, fold?: FoldState) {
    const { rules, maxGapMs, mkt } = terms.profile;
    this.terms = terms;
    this.assignedMs = told?.assignedMs ?? assignedMs;
    this.#fold = new ProbeFold(terms, fold);
    this.#toldBudgets = new ToldBudgets(terms, told?.budgets);
    this.#silence = new UnknownWatch(maxGapMs, told?.silence ?? null);
    this.#mkt = mkt && new MktAlarm(mkt.limitMilliC, told?.mktSinceMs ?? null);
    this.#told = rules.map(
      (rule, index) =>
        new ToldExcursions(({ sinceMs }) => this.#nameOf(rule.id, sinceMs), told?.rules[index]),
    );
  }

  /** Whether a reading of that moment comes after one that is newer: then all must be judged again. */
  isLate(axisMs: number): boolean {
    return axisMs < (this.#fold.lastMs ?? Number.NEGATIVE_INFINITY);
  }

  /** What its readings have come to; whoever feeds it asks `isLate` before. */
  get fold(): ProbeFold {
    return this.#fold;
  }

  /** Of the newest reading, on the judges' axis; null before the first. */
  get lastMs(): number | null {
    return this.#fold.lastMs;
  }

  /** Takes what judging again has come to. */
  replaceFold(state: FoldState): void {
    // What was debited stands: budgets go on as they are.
    this.#fold = new ProbeFold(this.terms, { ...state, budgets: this.#fold.budgets.save() });
  }

  /**
   * What must be told now.
   * @param isWhole false: what came late is not judged yet, so that a hole may be none
   */
  tell(now: AxisMoment, isWhole = true): readonly DetailDocument[] {
    const documents: DetailDocument[] = [];
    const timeMs = this.#timeOf(now.axisMs);
    if (timeMs !== undefined) {
      this.#tellRules(timeMs, now, documents);
      const mean = this.#fold.mkt && this.#mkt?.look(this.#fold.mkt, timeMs);
      if (mean) documents.push(this.#mktDocument(mean, now));
    }
    documents.push(...this.#toldBudgets.tell(this.#fold.budgets, now.unixMs));
    if (!isWhole) return documents;
    const { cause } = this.status(now.axisMs);
    const silence = this.#silence.look(cause, this.#lastGoodMs(), now.axisMs);
    if (silence) documents.push(this.#silenceDocument(silence, now));
    return documents;
  }

  /** The watch is over: what was told to go on ends with it. */
  end(now: AxisMoment): DetailDocument[] {
    const timeMs = this.#timeOf(now.axisMs) ?? 0;
    const documents: DetailDocument[] = this.terms.profile.rules.flatMap((rule, index) =>
      (this.#told[index]?.end(timeMs) ?? []).map((telling) => ({
        ...ruleDocument(this.terms, rule, telling, (ms) => this.#wallTime(ms, now)),
        reason: 'watch-ended',
      })),
    );
    this.#fold.budgets.settle();
    documents.push(...this.#toldBudgets.tell(this.#fold.budgets, now.unixMs));
    const { told } = this.#silence;
    if (told?.endedMs !== null) return documents;
    const silence = { ...told, endedMs: now.axisMs };
    return [...documents, this.#silenceDocument({ event: 'closed', silence }, now)];
  }

  /** Where the probe stands at that moment. */
  status(axisMs: number): WatchStatus {
    const timeMs = this.#timeOf(axisMs);
    if (timeMs === undefined) return { state: 'UNKNOWN', cause: 'gap' };
    const { judge, isHolding } = this.#fold;
    const state = judge.stateAt(timeMs);
    const cause = judge.unknownCauseAt(timeMs) ?? (isHolding ? 'fault' : undefined);
    return { state: state === 'OK' && cause !== undefined ? 'UNKNOWN' : state, cause };
  }

  /** What the kits of its shipment were exposed to up to that moment; undefined where it carries none. */
  exposure({ axisMs, unixMs }: AxisMoment): KitUse | undefined {
    const status = this.#fold.budgets.foreseen(KITS, this.#timeOf(axisMs) ?? 0, unixMs);
    return status && useOf(status);
  }

  /** What a person reads when the watch has ended, or asks meanwhile. */
  summary(axisMs: number): DetailDocument {
    const { judge, mkt } = this.#fold;
    const { violationMs, unknownByCauseMs } = judge.totals;
    const answer = mkt?.answer();
    const { state, cause } = this.status(axisMs);
    return {
      sensor: this.terms.sensorId,
      profile: this.terms.profile.name,
      profileHash: this.terms.profile.hash,
      state,
      ...(cause === undefined ? {} : { cause }),
      outsideMs: Object.fromEntries([...violationMs].map(([id, ms]) => [id, Math.round(ms)])),
      unknownMs: { ...unknownByCauseMs },
      ...(answer?.kind === 'mkt' ? { mktMicroC: answer.mktMicroC } : {}),
      ...(this.#fold.budgets.isEmpty ? {} : { budgets: this.#fold.budgets.counted().map(budgetSummary) }),
    };
  }

  /** Every debit of each product's life: what was carried here, and what was debited here. */
  ledgers(): readonly ProductLedger[] {
    return this.#toldBudgets.ledgers(this.#fold.budgets);
  }

  /** Beside each telling, and whenever `silence` is another object than it was. */
  tellState(): TellState {
    return {
      rules: this.#told.map((told) => told.save()),
      silence: this.#silence.told,
      mktSinceMs: this.#mkt?.sinceMs ?? null,
      budgets: this.#toldBudgets.save(),
      assignedMs: this.assignedMs,
    };
  }

  get silence(): ToldSilence | null {
    return this.#silence.told;
  }

  /** What the readings have come to. */
  foldState(): FoldState {
    return this.#fold.save();
  }

  #tellRules(timeMs: number, now: AxisMoment, documents: DetailDocument[]): void {
    const { rules } = this.terms.profile;
    for (let index = 0; index < rules.length; index++) {
      const rule = rules[index];
      const excursions = this.#fold.rules[index];
      if (!rule || !excursions) continue;
      const atMs = this.#fold.judge.foreseenAtMs(index, timeMs);
      const coming = atMs === undefined ? undefined : excursions.foreseen(atMs, rule.delayMs);
      for (const telling of this.#told[index]?.compare(excursions, timeMs, coming) ?? []) {
        documents.push(ruleDocument(this.terms, rule, telling, (ms) => this.#wallTime(ms, now)));
      }
    }
  }

  /** On the judges' axis; when the watch began, before the first one. */
  #lastGoodMs(): number {
    const { judge, startMs } = this.#fold;
    const { lastGoodMs } = judge;
    return lastGoodMs === undefined || startMs === null ? this.assignedMs : startMs + lastGoodMs;
  }

  /** ms of the profile's own time; undefined before the first reading. */
  #timeOf(axisMs: number): number | undefined {
    const { startMs, lastMs } = this.#fold;
    if (startMs === null) return undefined;
    return Math.max(axisMs, lastMs ?? startMs) - startMs;
  }

  #wallTime(timeMs: number, now: AxisMoment): number {
    const axisMs = (this.#fold.startMs ?? now.axisMs) + timeMs;
    return Math.max(0, Math.round(now.unixMs - (now.axisMs - axisMs)));
  }

  /** A name that no other excursion of the gateway has: watches of one probe differ in their profile. */
  #nameOf(ruleId: string, timeMs: number): string {
    const { sensorId, shipment, profile } = this.terms;
    const axisMs = Math.round((this.#fold.startMs ?? 0) + timeMs);
    const about = [sensorId, ...(shipment === undefined ? [] : [shipment]), ruleId];
    return [...about, profile.hash.slice(0, 4), axisMs.toString(36)].join('-');
  }

  #mktDocument({ event, sinceMs, mktMicroC }: MktTelling, now: AxisMoment): DetailDocument {
    const { limitMilliC = 0, windowMs = 0 } = this.terms.profile.mkt ?? {};
    const id = this.#nameOf('mkt', sinceMs);
    return {
      ...documentHead(this.terms, { event, id, rule: 'mkt', severity: 'major' }),
      startedAtMs: this.#wallTime(sinceMs, now),
      mktMicroC,
      limitMilliC,
      windowMs,
    };
  }

  #silenceDocument({ event, silence }: SilenceTelling, now: AxisMoment): DetailDocument {
    const start = this.#fold.startMs ?? 0;
    const { sinceMs, endedMs, cause, openings } = silence;
    const id = this.#nameOf('unknown', sinceMs - start);
    const wall = (axisMs: number) => Math.max(0, Math.round(now.unixMs - (now.axisMs - axisMs)));
    return {
      ...documentHead(this.terms, { event, id, rule: 'unknown', severity: 'minor' }),
      cause,
      startedAtMs: wall(sinceMs),
      ...(endedMs === null ? {} : { endedAtMs: wall(endedMs) }),
      openings,
    };
  }
}
