// The excursions of one rule at one probe, as the readings so far show them: stays that follow each other closely are
// one. Pure, and a function of the readings alone: judged again from the same readings it comes out the same.

import type { AlarmRule } from '../../config/alarm-profile.js';
import type { RuleStatus } from './profile-judge.js';
import { sideViolated } from './rule-limits.js';

/** A stay that begins so soon after the last one belongs to it: flapping is one excursion. */
export const joinMs = 30 * 60_000;
/** From so many openings on, the end is told only after joinMs without another. */
export const patientOpenings = 3;
/** Older ones are past correction; their records stand. */
export const maxExcursions = 8;

/** Plain JSON. Moments in ms from the first reading of the profile's watch. */
export interface Excursion {
  readonly sinceMs: number;
  readonly firedAtMs: number;
  /** null while it goes on. */
  readonly endedMs: number | null;
  /** In violation, the delay included. */
  readonly outsideMs: number;
  readonly extremeMilliC: number;
  /** Stays that fired. */
  readonly openings: number;
  /** Of outsideMs: while a door was open, while a unit defrosted. */
  readonly doorOpenMs: number;
  readonly defrostMs: number;
}

/** What was said by marks up to now, ms; only differences count. */
export interface MarkTotals {
  readonly doorOpenMs: number;
  readonly defrostMs: number;
}

/** The unbroken time outside that is going on, fired or not. */
interface Stay extends MarkTotals {
  readonly sinceMs: number;
  readonly violationMs: number;
  readonly extremeMilliC: number;
}

export interface RuleExcursionsState {
  readonly stay: Stay | null;
  readonly list: readonly Excursion[];
}

/** What the rule's reading means for its excursions. */
export interface RuleMoment {
  readonly timeMs: number;
  /** undefined: a fault. */
  readonly temperatureMilliC: number | undefined;
  readonly marks: MarkTotals;
}

type Mutable<Value> = { -readonly [field in keyof Value]: Value[field] };

export class RuleExcursions {
  readonly #rule: AlarmRule;
  /** Changed in place, as the list is: both grow with every reading outside. */
  #stay: Mutable<Stay> | null;
  readonly #list: Mutable<Excursion>[];
  #turns = 0;

  constructor(rule: AlarmRule, saved?: RuleExcursionsState) {
    this.#rule = rule;
    this.#stay = saved?.stay ? { ...saved.stay } : null;
    this.#list = (saved?.list ?? []).map((excursion) => ({ ...excursion }));
  }

  /** Oldest first; the last one may go on, and then grows with the next reading. */
  get list(): readonly Excursion[] {
    return this.#list;
  }

  /** Counts up whenever an excursion opens or ends. */
  get turns(): number {
    return this.#turns;
  }

  /** What it comes to at a moment at which the rule fires although no reading has come since. */
  foreseen(firedAtMs: number, outsideMs: number): Excursion | undefined {
    if (!this.#stay) return undefined;
    const { sinceMs, extremeMilliC } = this.#stay;
    const numbers = { outsideMs, doorOpenMs: 0, defrostMs: 0, openings: 1 };
    return { sinceMs, firedAtMs, endedMs: null, extremeMilliC, ...numbers };
  }

  /** Takes what the judge says of the rule after a reading. */
  take(status: RuleStatus, moment: RuleMoment): void {
    if (!this.#stay && status.runSinceMs === undefined) return;
    const isCumulative = this.#rule.type === 'cumulative';
    const sinceMs = isCumulative ? (this.#stay?.sinceMs ?? status.runSinceMs) : status.runSinceMs;
    if (this.#stay) {
      this.#grow(this.#stay, status, moment);
      // It has cleared, or a hole has ended it and what follows is another.
      if (sinceMs !== this.#stay.sinceMs) this.#end(moment.timeMs);
    }
    if (sinceMs === undefined) return;
    this.#stay ??= {
      sinceMs,
      // What a cumulative rule has counted belongs to its excursion from the first minute on.
      violationMs: isCumulative ? 0 : status.violationMs,
      extremeMilliC: moment.temperatureMilliC ?? 0,
      ...moment.marks,
    };
    const firedAtMs = isCumulative ? status.firedAtMs : status.runFiredAtMs;
    if (firedAtMs !== undefined && this.#list.at(-1)?.endedMs !== null) {
      this.#open(this.#stay, firedAtMs, status, moment);
    }
  }

  /** A copy: what was saved does not grow on. */
  save(): RuleExcursionsState {
    return { stay: this.#stay && { ...this.#stay }, list: this.#list.map((excursion) => ({ ...excursion })) };
  }

  #grow(stay: Mutable<Stay>, status: RuleStatus, { temperatureMilliC: milliC, marks }: RuleMoment): void {
    if (milliC !== undefined && sideViolated(this.#rule, milliC) !== undefined) {
      stay.extremeMilliC = graver(this.#rule, stay.extremeMilliC, milliC);
    }
    const last = this.#list.at(-1);
    if (last?.endedMs === null) this.#count(last, stay, status, marks);
  }

  /** Moves what a stay has come to since it was last counted over to its excursion. */
  #count(
    last: Mutable<Excursion>,
    stay: Mutable<Stay>,
    { violationMs }: RuleStatus,
    marks: MarkTotals,
  ): void {
    last.outsideMs += violationMs - stay.violationMs;
    last.doorOpenMs += marks.doorOpenMs - stay.doorOpenMs;
    last.defrostMs += marks.defrostMs - stay.defrostMs;
    last.extremeMilliC = graver(this.#rule, last.extremeMilliC, stay.extremeMilliC);
    stay.violationMs = violationMs;
    stay.doorOpenMs = marks.doorOpenMs;
    stay.defrostMs = marks.defrostMs;
  }

  #end(timeMs: number): void {
    this.#stay = null;
    const last = this.#list.at(-1);
    if (last?.endedMs !== null) return;
    last.endedMs = timeMs;
    this.#turns += 1;
  }

  #open(stay: Mutable<Stay>, firedAtMs: number, status: RuleStatus, { marks }: RuleMoment): void {
    const { sinceMs, extremeMilliC } = stay;
    let last = this.#list.at(-1);
    if (last && last.endedMs !== null && sinceMs - last.endedMs <= joinMs) {
      last.endedMs = null;
      last.openings += 1;
    } else {
      const none = { outsideMs: 0, doorOpenMs: 0, defrostMs: 0 };
      last = { sinceMs, firedAtMs, endedMs: null, extremeMilliC, openings: 1, ...none };
      this.#list.push(last);
      if (this.#list.length > maxExcursions) this.#list.shift();
    }
    this.#count(last, stay, status, marks);
    this.#turns += 1;
  }
}

/** The one that is farther outside; where a rule has two sides, farther from its middle. */
function graver({ highMilliC, lowMilliC }: AlarmRule, one: number, other: number): number {
  if (highMilliC === undefined) return Math.min(one, other);
  if (lowMilliC === undefined) return Math.max(one, other);
  const twiceMiddle = highMilliC + lowMilliC;
  return Math.abs(2 * other - twiceMiddle) > Math.abs(2 * one - twiceMiddle) ? other : one;
}
