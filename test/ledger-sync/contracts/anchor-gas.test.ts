// The gas bounds are promises to whoever pays. Gas is counted, not timed: the same on every machine.
import { beforeAll, expect, test } from 'vitest';
import { anchorFigures } from '../../bench/anchor-gas.js';

let figures: Map<string, number>;

beforeAll(async () => {
  figures = new Map((await anchorFigures()).map(({ figure, value }) => [figure, value]));
  process.stdout.write(`${JSON.stringify(Object.fromEntries(figures))}\n`);
}, 120_000);

test.each([
  ['one header', 'anchor.gasSingle', 35_000],
  ['each gateway of 200 in one transaction', 'anchor.gasPerGatewayAt200', 13_000],
  ["each of 100 headers of one gateway's backlog", 'anchor.gasPerHeaderOwnBacklog100', 8_300],
  ['one header over a backlog of a year', 'anchor.gasCoveringHeader', 35_000],
  ['each P-256 gateway of 200 in one transaction', 'anchor.gasPerGatewayP256At200', 17_500],
  ['one root over any number of headers', 'anchor.gasAggregate', 29_100],
  ['the check of a path of 20 hashes', 'anchor.gasInclusionDepth20', 12_300],
])('%s costs at most %s: %i gas', (_what, figure, bound) => {
  expect(figures.get(figure)).toBeGreaterThan(0);
  expect(figures.get(figure)).toBeLessThanOrEqual(bound);
});
