// Gas per step of a trial. Counted, not timed: the same on every machine.
import { beforeAll, expect, test } from 'vitest';
import { trialFigures } from '../../bench/trial-gas.js';

let figures: ReadonlyMap<string, number>;

beforeAll(async () => {
  figures = await trialFigures();
  process.stdout.write(`${JSON.stringify(Object.fromEntries(figures))}\n`);
}, 120_000);

test.each([
  ['appointment', 58_000],
  ['document', 60_000],
  ['consent form', 60_000],
  ['consent', 65_000],
  ['withdrawn consent', 41_500],
  ['data set', 60_000],
  ['grant', 62_500],
  ['extension', 45_500],
  ['withdrawn grant', 43_000],
])('%s costs at most %i gas', (step, bound) => {
  expect(figures.get(step)).toBeGreaterThan(0);
  expect(figures.get(step)).toBeLessThanOrEqual(bound);
});
