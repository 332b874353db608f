// What each step of an agreement may cost. Gas is counted, not timed: the same on every machine.
import { beforeAll, expect, test } from 'vitest';
import { agreementFigures } from '../../bench/agreement-gas.js';

let figures: Map<string, number>;

beforeAll(async () => {
  figures = await agreementFigures();
  process.stdout.write(`${JSON.stringify(Object.fromEntries(figures))}\n`);
}, 120_000);

test.each([
  ['create', 101_000],
  ['fund in coins', 49_500],
  ['first handover', 68_500],
  ['handover on the way', 66_500],
  ['delivery', 66_000],
  ['each of 20 relayed handovers', 43_500],
  ['claim over 8 headers', 80_500],
  ['claim over 144 headers', 475_000],
  ['claim that settles at once', 109_000],
  ['settlement', 68_500],
  ['contradiction by one reading', 80_000],
  ['each further reading', 20_500],
  ['dispute', 42_500],
  ['ruling', 77_000],
  ['refund', 45_500],
  ['withdrawal in coins', 35_500],
])('%s costs at most %i gas', (step, bound) => {
  expect(figures.get(step)).toBeGreaterThan(0);
  expect(figures.get(step)).toBeLessThanOrEqual(bound);
});
