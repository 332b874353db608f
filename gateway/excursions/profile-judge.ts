// Judges one probe by one alarm profile, reading by reading in the order of their times. Pure: constant work and a few
// numbers per rule, which `save` gives as plain JSON. What single, cumulative, clearing and gaps mean is fixed by
// test/vectors/alarm: a single rule fires at the first reading that is delayMs behind the first violating one of an
// unbroken run; a cumulative one at the instant at which all its violations together reach delayMs.

import type { AlarmProfile, AlarmRule } from '../../config/alarm-profile.js';
import { clears, violates } from './rule-limits.js';

/** Why a reading that has a number still lets nobody say OK. */
export type Doubt = 'calibration' | 'clock';

export interface ProbeReading {
  /** Monotonic ms; never before the reading taken last. */
  readonly timeMs: number;
  /** undefined: the probe reported a fault. */
  readonly temperatureMilliC: number | undefined;
  /** Rules judge the number all the same. */
  readonly doubt?: Doubt | undefined;
}

export interface RuleFired {
  readonly ruleId: string;
  /** When the rule was fulfilled: for a cumulative rule possibly between two readings. */
  readonly atMs: number;
}

/** UNKNOWN: the last reading was a fault, is doubted, or is older than the profile's maxGapMs. Never OK by absence. */
export type ProbeState = 'OK' | 'EXCURSION' | 'UNKNOWN';

export type UnknownCause = 'gap' | 'fault' | Doubt;

export interface JudgeTotals {
  /** Without a good reading: holes and faults. */
  readonly unknownMs: number;
  /** The same and the time in doubt, by cause. */
  readonly unknownByCauseMs: Readonly<Record<UnknownCause, number>>;
  /** In violation, by rule id. */
  readonly violationMs: ReadonlyMap<string, number>;
}

/** Where one rule stands. */
export interface RuleStatus {
  /** First violating reading of the unbroken run that is going on. */
  readonly runSinceMs: number | undefined;
  /** When that run fulfilled a single rule. */
  readonly runFiredAtMs: number | undefined;
  /** All time in violation up to the last reading, ms. */
  readonly violationMs: number;
  /** When the rule was fulfilled first. */
  readonly firedAtMs: number | undefined;
}

type RuleState = { -readonly [field in keyof RuleStatus]: RuleStatus[field] };

interface SavedJudge {
  readonly rules: readonly RuleState[];
  readonly last: ProbeReading | undefined;
  readonly lastGoodMs: number | undefined;
  readonly toldUntilMs: number;
  readonly unknownMs: Record<UnknownCause, number>;
}

const nothingUnknown = (): Record<UnknownCause, number> => ({ gap: 0, fault: 0, calibration: 0, clock: 0 });

export class ProfileJudge {
  readonly #profile: AlarmProfile;
  readonly #rules: RuleState[];
  #last: ProbeReading | undefined;
  /** Of the last reading with a number. */
  #lastGoodMs: number | undefined;
  /** Up to here the holding time of the last reading is counted. */
  #toldUntilMs = 0;
  #unknownMs = nothingUnknown();

  /** @param saved what `save` gave for the same profile */
  constructor(profile: AlarmProfile, saved?: unknown) {
    this.#profile = profile;
    const before = saved as SavedJudge | undefined;
    this.#rules = profile.rules.map((_rule, index) => ({
      runSinceMs: before?.rules[index]?.runSinceMs,
      runFiredAtMs: before?.rules[index]?.runFiredAtMs,
      violationMs: before?.rules[index]?.violationMs ?? 0,
      firedAtMs: before?.rules[index]?.firedAtMs,
    }));
    this.#last = before?.last;
    this.#lastGoodMs = before?.lastGoodMs;
    this.#toldUntilMs = before?.toldUntilMs ?? 0;
    this.#unknownMs = { ...nothingUnknown(), ...before?.unknownMs };
  }

  /** Takes a reading. @throws RangeError if it is before the last one */
  take(reading: ProbeReading): readonly RuleFired[] {
    const fired = this.passTime(reading.timeMs);
    const isIgnored = reading.timeMs < this.#profile.ignoreMs;
    const { temperatureMilliC: milliC } = reading;
    this.#last = reading;
    if (milliC !== undefined) this.#lastGoodMs = reading.timeMs;
    const { rules } = this.#profile;
    for (let index = 0; index < rules.length; index++) {
      const rule = rules[index];
      const state = this.#rules[index];
      // A fault neither opens nor ends a run: only a gap of good readings or a cleared one does.
      if (rule === undefined || state === undefined || milliC === undefined) continue;
      if (isIgnored || (state.runSinceMs !== undefined && clears(rule, milliC))) endRun(state);
      else if (violates(rule, milliC)) state.runSinceMs ??= reading.timeMs;
      const isDue =
        rule.type === 'single' &&
        state.runSinceMs !== undefined &&
        reading.timeMs - state.runSinceMs >= rule.delayMs;
      if (!isDue) continue;
      state.runFiredAtMs ??= reading.timeMs;
      if (state.firedAtMs === undefined) fired.push(fire(rule, state, reading.timeMs));
    }
    return fired;
  }

  /** Time passes without a reading; the last one holds for maxGapMs at most. */
  passTime(timeMs: number): RuleFired[] {
    if (timeMs < this.#toldUntilMs) throw new RangeError(`${timeMs} ms is before ${this.#toldUntilMs} ms`);
    const last = this.#last;
    const fired: RuleFired[] = [];
    if (last !== undefined) {
      const { rules, maxGapMs } = this.#profile;
      const heldMs = Math.max(0, Math.min(timeMs, last.timeMs + maxGapMs) - this.#toldUntilMs);
      const cause = last.temperatureMilliC === undefined ? 'fault' : last.doubt;
      if (cause !== undefined) this.#unknownMs[cause] += heldMs;
      this.#unknownMs.gap += timeMs - this.#toldUntilMs - heldMs;
      const isGap = timeMs - (this.#lastGoodMs ?? timeMs) > maxGapMs;
      for (let index = 0; index < rules.length; index++) {
        const rule = rules[index];
        const state = this.#rules[index];
        if (rule === undefined || state === undefined) continue;
        if (heldMs > 0 && this.#isHeldOutside(rule, last)) {
          const atMs = this.#firesAtMs(rule, state, heldMs);
          state.violationMs += heldMs;
          if (atMs !== undefined) fired.push(fire(rule, state, atMs));
        }
        if (isGap) endRun(state);
      }
    }
    this.#toldUntilMs = timeMs;
    return fired;
  }

  /** When a cumulative rule will have fired by `timeMs` if no reading comes; undefined where it will not. */
  foreseenAtMs(index: number, timeMs: number): number | undefined {
    const last = this.#last;
    const rule = this.#profile.rules[index];
    const state = this.#rules[index];
    if (!last || !rule || !state || !this.#isHeldOutside(rule, last)) return undefined;
    const heldMs = Math.min(timeMs, last.timeMs + this.#profile.maxGapMs) - this.#toldUntilMs;
    return heldMs > 0 ? this.#firesAtMs(rule, state, heldMs) : undefined;
  }

  /** As of the last call. */
  get state(): ProbeState {
    return this.stateAt(this.#toldUntilMs);
  }

  /** As of a later moment, if no reading comes until then. */
  stateAt(timeMs: number): ProbeState {
    const isKnown = this.unknownCauseAt(timeMs) === undefined;
    const isOver = timeMs - (this.#lastGoodMs ?? Number.NEGATIVE_INFINITY) > this.#profile.maxGapMs;
    const isOutside = this.#profile.rules.some((rule, index) => {
      const state = this.#rules[index];
      // What is used up stays used up; a single stay is over when it has cleared.
      if (rule.type === 'cumulative') return state?.firedAtMs !== undefined;
      return state?.runFiredAtMs !== undefined;
    });
    const isDoubted =
      this.#last?.doubt !== undefined && this.#last.temperatureMilliC !== undefined && !isOver;
    if (isOutside && (isKnown || isDoubted)) return 'EXCURSION';
    return isKnown ? 'OK' : 'UNKNOWN';
  }

  /** Why nobody can say OK at that moment; undefined where somebody can. */
  unknownCauseAt(timeMs: number): UnknownCause | undefined {
    const last = this.#last;
    if (last === undefined || timeMs - last.timeMs > this.#profile.maxGapMs) return 'gap';
    return last.temperatureMilliC === undefined ? 'fault' : last.doubt;
  }

  /** Of the last reading with a number; undefined before the first. */
  get lastGoodMs(): number | undefined {
    return this.#lastGoodMs;
  }

  /** Where each rule stands, in the order of the profile; changes with the next call. */
  get rules(): readonly RuleStatus[] {
    return this.#rules;
  }

  /** Time in violation by rule, and time of which nobody can tell, ms. */
  get totals(): JudgeTotals {
    const entries = this.#profile.rules.map(
      ({ id }, index) => [id, this.#rules[index]?.violationMs ?? 0] as const,
    );
    const unknownByCauseMs = { ...this.#unknownMs };
    const unknownMs = unknownByCauseMs.gap + unknownByCauseMs.fault;
    return { unknownMs, unknownByCauseMs, violationMs: new Map(entries) };
  }

  /** Everything that must survive a restart; plain JSON, bounded by the number of rules. */
  save(): unknown {
    const saved: SavedJudge = {
      rules: this.#rules,
      last: this.#last,
      lastGoodMs: this.#lastGoodMs,
      toldUntilMs: this.#toldUntilMs,
      unknownMs: this.#unknownMs,
    };
    return JSON.parse(JSON.stringify(saved)) as unknown;
  }

  #isHeldOutside(rule: AlarmRule, { timeMs, temperatureMilliC }: ProbeReading): boolean {
    if (timeMs < this.#profile.ignoreMs || temperatureMilliC === undefined) return false;
    return violates(rule, temperatureMilliC);
  }

  /** When a cumulative rule fires within the next heldMs in violation; undefined where it does not, or has before. */
  #firesAtMs(rule: AlarmRule, state: RuleState, heldMs: number): number | undefined {
    if (rule.type === 'single' || state.firedAtMs !== undefined) return undefined;
    if (state.violationMs + heldMs < rule.delayMs) return undefined;
    return this.#toldUntilMs + Math.max(0, rule.delayMs - state.violationMs);
  }
}

function endRun(state: RuleState): void {
  state.runSinceMs = undefined;
  state.runFiredAtMs = undefined;
}

function fire(rule: AlarmRule, state: RuleState, atMs: number): RuleFired {
  state.firedAtMs = atMs;
  return { ruleId: rule.id, atMs };
}
