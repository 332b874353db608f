// Mean kinetic temperature against values computed with fifty digits, and when there must be none.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  answerMkt,
  type MktTerms,
  mktMicroC,
  mktMilliC,
  type WeightedReading,
} from '../../../gateway/excursions/mkt.js';

interface Vector {
  readonly id: string;
  readonly tempsC: readonly number[];
  readonly weightsMin: readonly number[] | null;
  readonly mktC: string;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
const file = new URL('../../vectors/mkt/mkt-vectors.json', import.meta.url);
const vectors = (JSON.parse(readFileSync(file, 'utf8')) as { cases: Vector[] }).cases;
const readingsOf = ({ tempsC, weightsMin }: Vector): WeightedReading[] =>
  tempsC.map((celsius, at) => ({
    temperatureMilliC: Math.round(celsius * 1000),
    weightMs: (weightsMin?.[at] ?? 1) * minuteMs,
  }));

const terms: MktTerms = {
  isFrozen: false,
  low: { limitMilliC: 2_000, inclusive: false },
  windowMs: dayMs,
  maxMissingPpm: 10_000,
};
const hours = (temperatureMilliC: number, count: number) => ({
  temperatureMilliC,
  weightMs: count * 60 * minuteMs,
});

const anyReadings = fc.array(
  fc.record({
    temperatureMilliC: fc.integer({ min: -40_000, max: 60_000 }),
    weightMs: fc.integer({ min: 1, max: 10_000_000 }),
  }),
  { minLength: 1, maxLength: 30 },
);

describe('the mean kinetic temperature', () => {
  it.each(vectors)('of $id is right to six decimals', (vector) => {
    const microC = mktMicroC(readingsOf(vector)) ?? Number.NaN;
    expect((microC / 1_000_000).toFixed(6)).toBe(vector.mktC);
    expect(mktMilliC(readingsOf(vector))).toBe(Math.round(microC / 1000));
  });

  it('of a constant temperature is that temperature, and a zero has no sign', () => {
    for (const temperatureMilliC of [-50_000, -1, 0, 1, 5_000, 40_000]) {
      expect(mktMicroC([{ temperatureMilliC, weightMs: 7 }])).toBe(temperatureMilliC * 1000);
      expect(mktMilliC([{ temperatureMilliC, weightMs: 7 }])).toBe(temperatureMilliC);
    }
  });

  it('of nothing is undefined', () => {
    expect(mktMicroC([])).toBeUndefined();
    expect(mktMilliC([{ temperatureMilliC: 5_000, weightMs: 0 }])).toBeUndefined();
  });

  it('is the same wherever an interval is cut in two, and in any order', () => {
    fc.assert(
      fc.property(anyReadings, fc.nat(), (readings, cut) => {
        const halves = readings.flatMap(({ temperatureMilliC, weightMs }) => {
          const firstMs = cut % (weightMs + 1);
          return [
            { temperatureMilliC, weightMs: firstMs },
            { temperatureMilliC, weightMs: weightMs - firstMs },
          ];
        });
        expect(mktMicroC(halves)).toBe(mktMicroC(readings));
        expect(mktMicroC(readings.toReversed())).toBe(mktMicroC(readings));
      }),
    );
  });

  it('lies between the arithmetic mean and the hottest reading', () => {
    fc.assert(
      fc.property(anyReadings, (readings) => {
        const sumMs = readings.reduce((sum, { weightMs }) => sum + weightMs, 0);
        const meanMicroC = readings.reduce(
          (sum, { temperatureMilliC, weightMs }) => sum + (temperatureMilliC * 1000 * weightMs) / sumMs,
          0,
        );
        const microC = mktMicroC(readings) ?? Number.NaN;
        expect(microC).toBeGreaterThanOrEqual(Math.floor(meanMicroC) - 1);
        expect(microC).toBeLessThanOrEqual(Math.max(...readings.map((one) => one.temperatureMilliC)) * 1000);
      }),
    );
  });
});

describe('an answer for a product', () => {
  it('is the value in micro-degrees when the window is full', () => {
    const answer = answerMkt([hours(5_000, 18), hours(14_000, 6)], terms);
    expect(answer).toEqual({ kind: 'mkt', mktMicroC: 8_285_216, missingPpm: 0 });
  });

  const frozen = vectors.find(({ id }) => id === 'neg');
  it.each<[string, readonly WeightedReading[], Partial<MktTerms>, object]>([
    ['frozen product', frozen ? readingsOf(frozen) : [], { isFrozen: true }, { reason: 'frozen-product' }],
    ['no readings', [], {}, { reason: 'no-readings' }],
    ['readings without time', [hours(5_000, 0)], {}, { reason: 'no-readings' }],
    [
      'one reading below the lower limit',
      [hours(5_000, 23), hours(1_999, 1)],
      {},
      { reason: 'low-side-violated', coldestMilliC: 1_999 },
    ],
    [
      'a reading at a lower limit that is itself forbidden',
      [hours(5_000, 23), hours(-500, 1)],
      { low: { limitMilliC: -500, inclusive: true } },
      { reason: 'low-side-violated', coldestMilliC: -500 },
    ],
    [
      'a window with too large holes, telling the share',
      [hours(5_000, 18)],
      {},
      { reason: 'window-incomplete', missingPpm: 250_000, maxMissingPpm: 10_000 },
    ],
  ])('is refused for %s', (_what, readings, more, expected) => {
    expect(answerMkt(readings, { ...terms, ...more })).toEqual({ kind: 'refused', ...expected });
  });

  it('is given at a lower limit that is allowed, without one, and with a hole that is allowed', () => {
    expect(answerMkt([hours(2_000, 24)], terms).kind).toBe('mkt');
    expect(answerMkt([hours(-5_000, 24)], { ...terms, low: undefined }).kind).toBe('mkt');
    expect(answerMkt([{ temperatureMilliC: 5_000, weightMs: dayMs * 0.99 }], terms)).toMatchObject({
      kind: 'mkt',
      missingPpm: 10_000,
    });
  });
});
