// Limits, delays, faults, clock steps and reboots, reading by reading.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ExcursionEvent,
  initialState,
  type JudgedReading,
  type JudgeState,
  judge,
  type LimitRule,
  type Verdict,
} from '../../../gateway/excursions/limit-judge.js';

const SECOND_MS = 1000;
const WALL_MS = 1_700_000_000_000;
const rule: LimitRule = { sensorId: 'cargo', lowMilliC: 2_000, highMilliC: 8_000, delayMs: 60 * SECOND_MS };

/** A reading `second` s after the start of boot 1, the wall clock in step; a fault where there is no value. */
function at(second: number, value: number | 'fault', more: Partial<JudgedReading> = {}): JudgedReading {
  return {
    temperatureMilliC: value === 'fault' ? 0 : value,
    isGood: value !== 'fault',
    observedAtMs: WALL_MS + second * SECOND_MS,
    uptimeMs: second * SECOND_MS,
    bootCount: 1,
    ...more,
  };
}

function run(readings: readonly JudgedReading[], limits: Partial<LimitRule> = {}) {
  let state: JudgeState = initialState;
  const verdicts: Verdict[] = [];
  const events: ExcursionEvent[] = [];
  for (const reading of readings) {
    const judged = judge({ ...rule, ...limits }, state, reading);
    state = judged.state;
    verdicts.push(state.verdict);
    events.push(...judged.events);
  }
  return { verdicts, events, says: events.map(({ event, side }) => `${event} ${side}`) };
}

interface Case {
  readonly promise: string;
  readonly readings: readonly JudgedReading[];
  readonly limits?: Partial<LimitRule>;
  readonly verdicts: readonly Verdict[];
  readonly says: readonly string[];
}

const cases: readonly Case[] = [
  {
    promise: 'a reading at a limit is inside',
    readings: [at(0, 2_000), at(100, 8_000)],
    verdicts: ['OK', 'OK'],
    says: [],
  },
  {
    promise: 'one milli-degree beyond is outside, on both sides',
    readings: [at(0, 1_999), at(1, 5_000), at(2, 8_001)],
    verdicts: ['OUTSIDE', 'OK', 'OUTSIDE'],
    says: [],
  },
  {
    promise: 'it opens when the delay is reached, not before',
    readings: [at(0, 9_000), at(59, 9_000), at(60, 9_000), at(61, 9_000)],
    verdicts: ['OUTSIDE', 'OUTSIDE', 'EXCURSION', 'EXCURSION'],
    says: ['opened high'],
  },
  {
    promise: 'a delay of 0 opens at the first reading outside',
    readings: [at(0, 9_000)],
    limits: { delayMs: 0 },
    verdicts: ['EXCURSION'],
    says: ['opened high'],
  },
  {
    promise: 'a return inside before the delay opens nothing, and the delay begins anew',
    readings: [at(0, 9_000), at(50, 5_000), at(55, 9_000), at(110, 9_000), at(115, 9_000)],
    verdicts: ['OUTSIDE', 'OK', 'OUTSIDE', 'OUTSIDE', 'EXCURSION'],
    says: ['opened high'],
  },
  {
    promise: 'a good reading inside closes it',
    readings: [at(0, 1_000), at(60, 1_000), at(61, 2_000)],
    verdicts: ['OUTSIDE', 'EXCURSION', 'OK'],
    says: ['opened low', 'closed low'],
  },
  {
    promise: 'a fault never closes it',
    readings: [at(0, 9_000), at(60, 9_000), at(61, 'fault'), at(1000, 'fault'), at(1001, 9_000)],
    verdicts: ['OUTSIDE', 'EXCURSION', 'UNKNOWN', 'UNKNOWN', 'EXCURSION'],
    says: ['opened high'],
  },
  {
    promise: 'a fault is never OK, and never an excursion',
    readings: [at(0, 'fault'), at(1, 5_000), at(2, 'fault'), at(500, 'fault')],
    verdicts: ['UNKNOWN', 'OK', 'UNKNOWN', 'UNKNOWN'],
    says: [],
  },
  {
    promise: 'time without a good reading between two readings outside counts as outside',
    readings: [at(0, 9_000), at(10, 'fault'), at(60, 9_000)],
    verdicts: ['OUTSIDE', 'UNKNOWN', 'EXCURSION'],
    says: ['opened high'],
  },
  {
    promise: 'a change of side closes the one and begins the other',
    readings: [at(0, 9_000), at(60, 9_000), at(61, 1_000), at(121, 1_000)],
    verdicts: ['OUTSIDE', 'EXCURSION', 'OUTSIDE', 'EXCURSION'],
    says: ['opened high', 'closed high', 'opened low'],
  },
  {
    promise: 'a change of side without a delay closes and opens in one reading, in that order',
    readings: [at(0, 9_000), at(1, 1_000)],
    limits: { delayMs: 0 },
    verdicts: ['EXCURSION', 'EXCURSION'],
    says: ['opened high', 'closed high', 'opened low'],
  },
  {
    promise: 'a step of the wall clock forwards opens nothing',
    readings: [at(0, 9_000), at(1, 9_000, { observedAtMs: WALL_MS + 1e9 })],
    verdicts: ['OUTSIDE', 'OUTSIDE'],
    says: [],
  },
  {
    promise: 'a step of the wall clock backwards hides nothing and closes nothing',
    readings: [at(0, 9_000), at(60, 9_000, { observedAtMs: 0 }), at(61, 9_000, { observedAtMs: 1 })],
    verdicts: ['OUTSIDE', 'EXCURSION', 'EXCURSION'],
    says: ['opened high'],
  },
  {
    promise: 'a reboot does not restart the delay: the wall clock tells how long it took',
    readings: [at(5000, 9_000), at(5060, 9_000, { bootCount: 2, uptimeMs: 7_000 })],
    verdicts: ['OUTSIDE', 'EXCURSION'],
    says: ['opened high'],
  },
  {
    promise: 'a reboot with a clock that went back takes nothing away',
    readings: [
      at(0, 9_000),
      at(50, 9_000),
      at(51, 9_000, { bootCount: 2, uptimeMs: 1_000, observedAtMs: 0 }),
      at(61, 9_000, { bootCount: 2, uptimeMs: 11_000, observedAtMs: 10_000 }),
    ],
    verdicts: ['OUTSIDE', 'OUTSIDE', 'OUTSIDE', 'EXCURSION'],
    says: ['opened high'],
  },
  {
    promise: 'without an upper limit nothing is too warm',
    readings: [at(0, 90_000), at(100, 90_000)],
    limits: { highMilliC: undefined },
    verdicts: ['OK', 'OK'],
    says: [],
  },
  {
    promise: 'without a lower limit nothing is too cold',
    readings: [at(0, -90_000), at(100, -90_000)],
    limits: { lowMilliC: undefined },
    verdicts: ['OK', 'OK'],
    says: [],
  },
];

describe('the limit judge', () => {
  it.each(cases)('$promise', ({ readings, limits, verdicts, says }) => {
    const judged = run(readings, limits);
    expect(judged.verdicts).toEqual(verdicts);
    expect(judged.says).toEqual(says);
  });

  it('tells what a person asks: since when, how long, how far', () => {
    const { events } = run([at(0, 9_000), at(30, 12_500), at(70, 8_500), at(75, 'fault'), at(80, 5_000)]);
    const common = {
      excursionId: 'cargo-1-0-8000-60000',
      side: 'high',
      limitMilliC: 8_000,
      delayMs: 60_000,
      startedAtMs: WALL_MS,
      extremeMilliC: 12_500,
    };
    expect(events).toEqual([
      { event: 'opened', ...common, outsideMs: 70_000 },
      { event: 'closed', ...common, outsideMs: 80_000 },
    ]);
  });

  it('takes the coldest reading as the extreme below the lower limit', () => {
    const { events } = run([at(0, 1_000), at(30, -500), at(60, 1_900)]);
    expect(events).toMatchObject([{ side: 'low', limitMilliC: 2_000, extremeMilliC: -500 }]);
  });

  it('opens and closes in turn, each excursion under one id of its own', () => {
    const value = fc.oneof(fc.constant('fault' as const), fc.constantFrom(1_000, 2_000, 5_000, 8_000, 9_000));
    const step = fc.record({ value, pauseS: fc.nat({ max: 50 }), stepMs: fc.constantFrom(0, 0, -1e9, 1e9) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.constantFrom(0, 60_000), (steps, delayMs) => {
        let [second, wallStepMs] = [0, 0];
        const readings = steps.map((one) => {
          second += one.pauseS + 1;
          wallStepMs += one.stepMs;
          return at(second, one.value, { observedAtMs: WALL_MS + second * SECOND_MS + wallStepMs });
        });
        const { events } = run(readings, { delayMs });
        expect(events.map(({ event }) => event)).toEqual(
          events.map((_event, index) => (index % 2 === 0 ? 'opened' : 'closed')),
        );
        const opened = events.filter(({ event }) => event === 'opened');
        expect(new Set(opened.map(({ excursionId }) => excursionId)).size).toBe(opened.length);
        for (const [index, { excursionId, event, outsideMs }] of events.entries()) {
          if (event === 'closed') expect(events[index - 1]?.excursionId).toBe(excursionId);
          expect(outsideMs).toBeGreaterThanOrEqual(delayMs);
        }
        // The wall clock has no say within a boot.
        const inStep = run(
          readings.map((one) => ({ ...one, observedAtMs: one.uptimeMs })),
          { delayMs },
        );
        const timeless = (event: ExcursionEvent) => ({ ...event, startedAtMs: 0 });
        expect(events.map(timeless)).toEqual(inStep.events.map(timeless));
      }),
      { verbose: 1 },
    );
  });
});
