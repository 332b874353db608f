// Gas per step of a pack's life, in a lot of 131,072 packs. Counted, not timed: the same on every machine.
import { beforeAll, expect, test } from 'vitest';
import { serialsFigures } from '../../bench/serials-gas.js';

let figures: Map<string, number>;

beforeAll(async () => {
  figures = new Map((await serialsFigures()).map(({ figure, value }) => [figure, value]));
  process.stdout.write(`${JSON.stringify(Object.fromEntries(figures))}\n`);
}, 240_000);

test.each([
  ['a lot of any size', 'serials.gasCommission', 81_000],
  ['the first dispensing of 256 packs', 'serials.gasDispenseFirstOfLot', 116_000],
  ['a dispensing', 'serials.gasDispense', 82_000],
  ['a dispensing that is the first of four', 'serials.gasDispenseNewPlaceSlot', 99_000],
  ['a duplicate', 'serials.gasDuplicate', 95_000],
  ['a recall', 'serials.gasRecall', 41_000],
  ['its lift', 'serials.gasLift', 41_000],
  ['256 packs decommissioned', 'serials.gasDecommission256', 63_000],
])('%s costs at most %s: %i gas', (_what, figure, bound) => {
  expect(figures.get(figure)).toBeGreaterThan(0);
  expect(figures.get(figure)).toBeLessThanOrEqual(bound);
});
