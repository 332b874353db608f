// What a probe's readings add up to under one profile: a fold over readings and marks in the order of their times,
// and of nothing else. Judged again from the same readings it is the same; that is what makes a restart exact and a
// late reading correctable. Time that passes without a reading changes nothing here. Pure.

import { type BudgetStates, BudgetWatch } from './budget-watch.js';
import type { MktWindow, MktWindowState } from './mkt-window.js';
import { type Doubt, ProfileJudge } from './profile-judge.js';
import { profileMktWindow } from './profile-mkt.js';
import { type MarkTotals, RuleExcursions, type RuleExcursionsState } from './rule-excursions.js';
import type { WatchTerms } from './watch-terms.js';

/** `door`: somebody may load. `defrost`: the unit warms its own coil. Both are shown beside an excursion, never hide it. */
export type Mark = 'door' | 'defrost';

export interface FoldReading {
  /** On the judges' axis, ms. */
  readonly axisMs: number;
  /** Unix ms, as its record tells. */
  readonly observedAtMs: number;
  /** undefined: the probe reported a fault. */
  readonly temperatureMilliC: number | undefined;
  /** Its value is too strange to be believed until the next reading says whether it was true. */
  readonly isSuspect: boolean;
  readonly doubt: Doubt | undefined;
}

export type SuspectOutcome = 'confirmed' | 'refuted' | 'unresolved';

interface OpenMark {
  readonly sinceMs: number | null;
  readonly totalMs: number;
}

/** Plain JSON. */
export interface FoldState {
  readonly startMs: number | null;
  /** null before the first reading. */
  readonly lastMs: number | null;
  readonly held: FoldReading | null;
  readonly judge: unknown;
  readonly rules: readonly RuleExcursionsState[];
  readonly marks: Readonly<Record<Mark, OpenMark>>;
  readonly mkt: MktWindowState | null;
  readonly budgets: BudgetStates;
}

const noMark: OpenMark = { sinceMs: null, totalMs: 0 };

export class ProbeFold {
  readonly judge: ProfileJudge;
  readonly rules: readonly RuleExcursions[];
  readonly mkt: MktWindow | undefined;
  readonly budgets: BudgetWatch;
  /** Of the first reading. */
  #startMs: number | null;
  #lastMs: number | null;
  #held: FoldReading | null;
  #marks: Record<Mark, OpenMark>;

  constructor(
    { profile, budgets = [], gateway = '', shipment = '', sensorId }: WatchTerms,
    saved?: FoldState,
  ) {
    const about = { gateway, shipment, sensor: sensorId, maxGapMs: profile.maxGapMs };
    this.budgets = new BudgetWatch(budgets, about, saved?.budgets);
    this.judge = new ProfileJudge(profile, saved?.judge);
    this.rules = profile.rules.map((rule, index) => new RuleExcursions(rule, saved?.rules[index]));
    this.mkt = profileMktWindow(profile, saved?.mkt ?? undefined);
    this.#startMs = saved?.startMs ?? null;
    this.#lastMs = saved?.lastMs ?? null;
    this.#held = saved?.held ?? null;
    this.#marks = { ...(saved?.marks ?? { door: noMark, defrost: noMark }) };
  }

  /** Of the newest reading, on the judges' axis; null before the first. */
  get lastMs(): number | null {
    return this.#lastMs;
  }

  /** Of the first reading that was judged: the profile's own time, which rules and excursions have, begins there. */
  get startMs(): number | null {
    return this.#startMs;
  }

  /** Whether the newest reading still waits for a word on whether it was true. */
  get isHolding(): boolean {
    return this.#held !== null;
  }

  /** Takes a reading, never one from before `lastMs`. */
  take(reading: FoldReading): void {
    // Nobody has said what became of it: no more than a fault.
    if (this.#held) this.resolve('unresolved');
    this.#lastMs = reading.axisMs;
    if (reading.isSuspect) this.#held = reading;
    else this.#judge(reading);
  }

  /** Says what became of the reading that was suspect. */
  resolve(outcome: SuspectOutcome): void {
    const held = this.#held;
    this.#held = null;
    if (!held) return;
    this.#judge(outcome === 'confirmed' ? held : { ...held, temperatureMilliC: undefined });
  }

  /** A door opens or closes, a unit begins or ends to defrost. */
  mark(mark: Mark, isOn: boolean, axisMs: number): void {
    const { sinceMs, totalMs } = this.#marks[mark];
    if (isOn === (sinceMs !== null)) return;
    // A mark may come a moment after a reading that is newer.
    const atMs = Math.max(axisMs, sinceMs ?? axisMs);
    this.#marks[mark] = isOn
      ? { sinceMs: atMs, totalMs }
      : { sinceMs: null, totalMs: totalMs + atMs - (sinceMs ?? atMs) };
  }

  save(): FoldState {
    return {
      startMs: this.#startMs,
      lastMs: this.#lastMs,
      held: this.#held,
      judge: this.judge.save(),
      rules: this.rules.map((rule) => rule.save()),
      marks: this.#marks,
      mkt: this.mkt?.save() ?? null,
      budgets: this.budgets.save(),
    };
  }

  #judge({ axisMs, observedAtMs, temperatureMilliC, doubt }: FoldReading): void {
    this.#startMs ??= axisMs;
    const timeMs = axisMs - this.#startMs;
    this.judge.take({ timeMs, temperatureMilliC, doubt });
    this.mkt?.take({
      ...{ observedAtMs: timeMs, uptimeMs: timeMs, bootCount: 0 },
      temperatureMilliC: temperatureMilliC ?? 0,
      isGood: temperatureMilliC !== undefined,
    });
    if (!this.budgets.isEmpty) {
      this.budgets.take(timeMs, observedAtMs, temperatureMilliC, doubt !== undefined);
    }
    const moment = { timeMs, temperatureMilliC, marks: this.#markTotals(axisMs) };
    const statuses = this.judge.rules;
    for (let index = 0; index < this.rules.length; index++) {
      const status = statuses[index];
      if (status) this.rules[index]?.take(status, moment);
    }
  }

  #markTotals(axisMs: number): MarkTotals {
    const at = ({ sinceMs, totalMs }: OpenMark) =>
      sinceMs === null ? totalMs : totalMs + Math.max(0, axisMs - sinceMs);
    return { doorOpenMs: at(this.#marks.door), defrostMs: at(this.#marks.defrost) };
  }
}
