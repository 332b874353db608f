// The gas bounds are promises to whoever pays. Gas is counted, not timed: the same on every machine.
import { expect, test } from 'vitest';
import { anchorFigures } from '../../bench/anchor-gas.js';

test('one header costs at most 35,000 gas, and 13,000 in a transaction of 200 gateways', async () => {
  const figures = new Map((await anchorFigures()).map(({ figure, value }) => [figure, value]));
  expect(figures.get('anchor.gasSingle')).toBeLessThanOrEqual(35_000);
  expect(figures.get('anchor.gasPerGatewayAt200')).toBeLessThanOrEqual(13_000);
  expect(figures.get('anchor.gasPerHeaderOfBacklog100')).toBeLessThanOrEqual(8_500);
  process.stdout.write(`${JSON.stringify(Object.fromEntries(figures))}\n`);
}, 120_000);
