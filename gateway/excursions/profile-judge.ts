// Judges one probe by one alarm profile, reading by reading in the order of their times. Pure: constant work and a few
// numbers per rule, which `save` gives as plain JSON. What single, cumulative, clearing and gaps mean is fixed by
// test/vectors/alarm: a single rule fires at the first reading that is delayMs behind the first violating one of an
// unbroken run; a cumulative one at the instant at which all its violations together reach delayMs.

import type { AlarmProfile, AlarmRule } from '../../config/alarm-profile.js';

export interface ProbeReading {
  /** Monotonic ms; never before the reading taken last. */
  readonly timeMs: number;
  /** undefined: the probe reported a fault. */
  readonly temperatureMilliC: number | undefined;
}

export interface RuleFired {
  readonly ruleId: string;
  /** When the rule was fulfilled: for a cumulative rule possibly between two readings. */
  readonly atMs: number;
}

/** UNKNOWN: the last reading was a fault, or is older than the profile's maxGapMs. Never OK by absence. */
export type ProbeState = 'OK' | 'EXCURSION' | 'UNKNOWN';

export interface JudgeTotals {
  /** Without a good reading. */
  readonly unknownMs: number;
  /** In violation, by rule id. */
  readonly violationMs: ReadonlyMap<string, number>;
}

interface RuleState {
  /** First violating reading of the unbroken run that is going on. */
  runSinceMs: number | undefined;
  /** All time in violation up to the last reading, ms. */
  violationMs: number;
  firedAtMs: number | undefined;
}

interface SavedJudge {
  readonly rules: readonly RuleState[];
  readonly last: ProbeReading | undefined;
  readonly lastGoodMs: number | undefined;
  readonly toldUntilMs: number;
  readonly unknownMs: number;
}

const violates = ({ highMilliC, lowMilliC, inclusive }: AlarmRule, milliC: number): boolean =>
  (highMilliC !== undefined && (inclusive ? milliC >= highMilliC : milliC > highMilliC)) ||
  (lowMilliC !== undefined && (inclusive ? milliC <= lowMilliC : milliC < lowMilliC));

/** Whether a reading ends a run: back inside by the hysteresis, on every side that the rule has. */
function clears(rule: AlarmRule, milliC: number): boolean {
  const { highMilliC, lowMilliC, clearHysteresisMilliC: back } = rule;
  if (back === 0) return !violates(rule, milliC);
  return (
    (highMilliC === undefined || milliC < highMilliC - back) &&
    (lowMilliC === undefined || milliC > lowMilliC + back)
  );
}

export class ProfileJudge {
  readonly #profile: AlarmProfile;
  readonly #rules: RuleState[];
  #last: ProbeReading | undefined;
  /** Of the last reading with a number. */
  #lastGoodMs: number | undefined;
  /** Up to here the holding time of the last reading is counted. */
  #toldUntilMs = 0;
  #unknownMs = 0;

  /** @param saved what `save` gave for the same profile */
  constructor(profile: AlarmProfile, saved?: unknown) {
    this.#profile = profile;
    const before = saved as SavedJudge | undefined;
    this.#rules = profile.rules.map((_rule, index) => ({
      ...(before?.rules[index] ?? { violationMs: 0, runSinceMs: undefined, firedAtMs: undefined }),
    })) as RuleState[];
    this.#last = before?.last;
    this.#lastGoodMs = before?.lastGoodMs;
    this.#toldUntilMs = before?.toldUntilMs ?? 0;
    this.#unknownMs = before?.unknownMs ?? 0;
  }

  /** Takes a reading. @throws RangeError if it is before the last one */
  take(reading: ProbeReading): readonly RuleFired[] {
    const fired = this.passTime(reading.timeMs);
    const isIgnored = reading.timeMs < this.#profile.ignoreMs;
    const { temperatureMilliC: milliC } = reading;
    this.#last = reading;
    if (milliC !== undefined) this.#lastGoodMs = reading.timeMs;
    for (const [index, rule] of this.#profile.rules.entries()) {
      const state = this.#rules[index];
      // A fault neither opens nor ends a run: only a gap of good readings or a cleared one does.
      if (state === undefined || milliC === undefined) continue;
      if (isIgnored || (state.runSinceMs !== undefined && clears(rule, milliC))) state.runSinceMs = undefined;
      else if (violates(rule, milliC)) state.runSinceMs ??= reading.timeMs;
      const isDue =
        rule.type === 'single' &&
        state.runSinceMs !== undefined &&
        reading.timeMs - state.runSinceMs >= rule.delayMs;
      if (isDue) fired.push(...fire(rule, state, reading.timeMs));
    }
    return fired;
  }

  /** Time passes without a reading; the last one holds for maxGapMs at most. */
  passTime(timeMs: number): RuleFired[] {
    if (timeMs < this.#toldUntilMs) throw new RangeError(`${timeMs} ms is before ${this.#toldUntilMs} ms`);
    const last = this.#last;
    const fired: RuleFired[] = [];
    if (last !== undefined) {
      const holdsUntilMs =
        last.temperatureMilliC === undefined ? last.timeMs : last.timeMs + this.#profile.maxGapMs;
      const heldMs = Math.max(0, Math.min(timeMs, holdsUntilMs) - this.#toldUntilMs);
      this.#unknownMs += timeMs - Math.max(this.#toldUntilMs, Math.min(timeMs, holdsUntilMs));
      const isGap = timeMs - (this.#lastGoodMs ?? timeMs) > this.#profile.maxGapMs;
      for (const [index, rule] of this.#profile.rules.entries()) {
        const state = this.#rules[index];
        if (state === undefined) continue;
        if (heldMs > 0) fired.push(...this.#hold(rule, state, last, heldMs));
        if (isGap) state.runSinceMs = undefined;
      }
    }
    this.#toldUntilMs = timeMs;
    return fired;
  }

  get state(): ProbeState {
    const last = this.#last;
    const isKnown =
      last?.temperatureMilliC !== undefined && this.#toldUntilMs - last.timeMs <= this.#profile.maxGapMs;
    if (!isKnown) return 'UNKNOWN';
    const isOutside = this.#profile.rules.some((rule, index) => {
      const state = this.#rules[index];
      if (state?.firedAtMs === undefined) return false;
      // What is used up stays used up; a single stay is over when it has cleared.
      return rule.type === 'cumulative' || state.runSinceMs !== undefined;
    });
    return isOutside ? 'EXCURSION' : 'OK';
  }

  /** Time in violation by rule, and time without a good reading, ms. */
  get totals(): JudgeTotals {
    const entries = this.#profile.rules.map(
      ({ id }, index) => [id, this.#rules[index]?.violationMs ?? 0] as const,
    );
    return { unknownMs: this.#unknownMs, violationMs: new Map(entries) };
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

  #hold(rule: AlarmRule, state: RuleState, last: ProbeReading, heldMs: number): readonly RuleFired[] {
    const isIgnored = last.timeMs < this.#profile.ignoreMs;
    if (isIgnored || last.temperatureMilliC === undefined || !violates(rule, last.temperatureMilliC))
      return [];
    const before = state.violationMs;
    state.violationMs += heldMs;
    if (rule.type === 'single' || state.violationMs < rule.delayMs) return [];
    return fire(rule, state, this.#toldUntilMs + Math.max(0, rule.delayMs - before));
  }
}

function fire(rule: AlarmRule, state: RuleState, atMs: number): readonly RuleFired[] {
  if (state.firedAtMs !== undefined) return [];
  state.firedAtMs = atMs;
  return [{ ruleId: rule.id, atMs }];
}
