// What anchoring costs on a ledger. Gas is counted, not timed, and its bounds are promises that a test keeps; this
// runs that test and hands on what it measured, so that there is one way of measuring.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const TEST = 'test/ledger-sync/contracts/anchor-gas.test.ts';
const FIGURES = [
  'anchor.gasSingle',
  'anchor.gasPerGatewayAt200',
  'anchor.gasPerHeaderOwnBacklog100',
  'anchor.gasCoveringHeader',
  'anchor.gasPerGatewayP256At200',
  'anchor.gasAggregate',
  'anchor.gasInclusionDepth20',
];

async function measureGas() {
  const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
  const child = spawn(process.execPath, [vitest, 'run', TEST, '--disable-console-intercept'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 2],
  });
  let printed = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  await once(child, 'close');
  const line = printed.split('\n').find((text) => text.startsWith('{"anchor.'));
  if (line === undefined) throw new Error(`${TEST} told no figures:\n${printed}`);
  const measured = JSON.parse(line);
  return FIGURES.map((figure) => ({ figure, value: measured[figure], unit: 'gas' }));
}

export const anchorMeasurements = [{ figures: FIGURES, measure: measureGas }];
