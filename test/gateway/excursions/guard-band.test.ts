// A reading near a limit, and a probe that is not exact.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideWithGuardBand, type GuardedLimit } from '../../../gateway/excursions/guard-band.js';

const high: GuardedLimit = { side: 'high', limitMilliC: 8_000, inclusive: false };
const low: GuardedLimit = { side: 'low', limitMilliC: 2_000, inclusive: false };
const frost: GuardedLimit = { side: 'low', limitMilliC: -500, inclusive: true };

describe('the guard band', () => {
  it.each<[number, GuardedLimit, string, string, number]>([
    [7_500, high, 'inside', 'inside', 500],
    [7_501, high, 'inside', 'undecided', 499],
    [8_000, high, 'inside', 'undecided', 0],
    [8_001, high, 'outside', 'undecided', -1],
    [8_500, high, 'outside', 'undecided', -500],
    [8_501, high, 'outside', 'outside', -501],
    [2_500, low, 'inside', 'inside', 500],
    [2_499, low, 'inside', 'undecided', 499],
    [1_500, low, 'outside', 'undecided', -500],
    [1_499, low, 'outside', 'outside', -501],
    [1, frost, 'inside', 'inside', 501],
    [0, frost, 'inside', 'undecided', 500],
    [-500, frost, 'outside', 'undecided', 0],
    [-1_000, frost, 'outside', 'outside', -500],
  ])(
    'of 500 mK makes %i against %o: raw %s, guarded %s',
    (temperatureMilliC, limit, raw, guarded, marginMilliC) => {
      const expected = { raw, guarded, marginMilliC, uncertaintyMilliC: 500 };
      expect(decideWithGuardBand(temperatureMilliC, limit, 500)).toEqual(expected);
    },
  );

  it('never contradicts the raw decision, and without uncertainty agrees with it', () => {
    const limit = fc.record({
      side: fc.constantFrom('high' as const, 'low' as const),
      limitMilliC: fc.integer({ min: -1_000, max: 1_000 }),
      inclusive: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: -2_000, max: 2_000 }),
        limit,
        fc.nat({ max: 500 }),
        (value, rule, uncertainty) => {
          const { raw, guarded } = decideWithGuardBand(value, rule, uncertainty);
          expect([raw, 'undecided']).toContain(guarded);
          expect(decideWithGuardBand(value, rule, 0).guarded).toBe(raw);
        },
      ),
    );
  });
});
