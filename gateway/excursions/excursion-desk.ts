// Keeps the judge's state of every sensor and turns what it says into records that enter the log in the same
// commit as the reading that caused them, together with the state: a power cut can part neither.

import { qualityCodes, recordKinds } from '../../ledger-sync/evidence/record.js';
import type { DetailDocument, DraftRecord } from '../sealing/draft-record.js';
import {
  type ExcursionEvent,
  initialState,
  type JudgeState,
  judge,
  type LimitRule,
  type Verdict,
} from './limit-judge.js';

/** What must join the reading's commit. */
export interface Judgement {
  readonly drafts: readonly DraftRecord[];
  readonly judgeState: readonly (readonly [key: string, value: string])[];
}

/** From the mildest to the gravest: a sensor is as bad as the worst of its rules says. */
const gravity: readonly Verdict[] = ['OK', 'UNKNOWN', 'OUTSIDE', 'EXCURSION'];

/** A rule is known by its limits: other limits are another rule, which knows nothing of this one's past. */
function nameOf({ sensorId, lowMilliC, highMilliC, delayMs }: LimitRule): string {
  return `${sensorId}/${lowMilliC ?? 'none'}..${highMilliC ?? 'none'}/${delayMs}`;
}

const keyOf = (rule: LimitRule) => `excursion/${nameOf(rule)}`;

function detailOf(rule: LimitRule, event: ExcursionEvent): DetailDocument {
  return { type: 'excursion', rule: nameOf(rule), sensor: rule.sensorId, ...event };
}

interface WatchedRule {
  readonly rule: LimitRule;
  state: JudgeState;
}

export class ExcursionDesk {
  /** By sensor. */
  readonly #watched = new Map<string, WatchedRule[]>();

  /**
   * @param rules any number for one sensor: a short delay for frost, a long one for warmth
   * @param stored the rows of judge_state, key to JSON text
   */
  constructor(rules: readonly LimitRule[], stored: ReadonlyMap<string, string>) {
    for (const rule of rules) {
      const text = stored.get(keyOf(rule));
      const state = text === undefined ? initialState : (JSON.parse(text) as JudgeState);
      this.#watched.set(rule.sensorId, [...(this.#watched.get(rule.sensorId) ?? []), { rule, state }]);
    }
  }

  /** The present verdict on a sensor, the gravest of its rules; undefined where no rule watches it. */
  verdict(sensorId: string): Verdict | undefined {
    const verdicts = this.#watched.get(sensorId)?.map(({ state }) => state.verdict) ?? [];
    return gravity.findLast((verdict) => verdicts.includes(verdict));
  }

  /** Judges the draft of a reading; drafts of other kinds pass without a word. */
  judge(reading: DraftRecord): Judgement {
    const watched =
      reading.kind === recordKinds.temperature ? this.#watched.get(reading.subjectName) : undefined;
    const drafts: DraftRecord[] = [];
    const judgeState: (readonly [string, string])[] = [];
    for (const entry of watched ?? []) {
      const before = entry.state;
      const { state, events } = judge(entry.rule, before, {
        temperatureMilliC: reading.value,
        isGood: reading.quality === qualityCodes.good,
        observedAtMs: reading.observedAtMs,
        uptimeMs: reading.uptimeMs,
        bootCount: reading.bootCount,
      });
      entry.state = state;
      // While all is well the state says nothing new: no page of the card is worn for it.
      if (state.verdict === before.verdict && !state.stay && !before.stay) continue;
      judgeState.push([keyOf(entry.rule), JSON.stringify(state)]);
      for (const event of events) {
        drafts.push({ ...reading, kind: recordKinds.excursion, detail: detailOf(entry.rule, event) });
      }
    }
    return { drafts, judgeState };
  }
}
