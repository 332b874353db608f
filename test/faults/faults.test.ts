// Short slices of the fault campaign. The long form is `npm run test:faults`.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { canMountDisks } from './loop-disk.js';
import { canTrace } from './tracer.js';

const program = fileURLToPath(new URL('faults.mjs', import.meta.url));
/** Slow machines are no defects: how long a start takes is for the long form. */
const ANY_START = ['--start-limit', '600'];
const LIMIT_MS = 180_000;

interface Run {
  readonly code: number;
  readonly summary: Record<string, unknown>;
  readonly said: string;
}

function runFaults(...options: string[]): Promise<Run> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...options], (error, stdout, stderr) => {
      const summary = JSON.parse(stdout.trim().split('\n').at(-1) || '{}');
      resolve({ code: Number(error?.code ?? 0), summary, said: stderr });
    });
  });
}

/** What no leg may ever find. */
const nothingBroken = { lost: 0, doubled: 0, reordered: 0, complaints: 0, notRun: {}, broken: [] };

test(
  'kills under load from wires and over MQTT: nothing acknowledged is lost, and the log is one whole log',
  async () => {
    const { code, summary, said } = await runFaults('--only', 'kills', '--kills', '8', ...ANY_START);
    expect(summary, said).toMatchObject({ ...nothingBroken, kills: 8 });
    // A campaign that had nothing to lose proves nothing.
    for (const figure of ['acknowledged', 'published', 'sightings'])
      expect(summary[figure]).toBeGreaterThan(8);
    expect(code).toBe(0);
  },
  LIMIT_MS,
);

test.runIf(canMountDisks())(
  'power cuts: nothing acknowledged is lost; the control with synchronous=NORMAL loses',
  async () => {
    const { code, summary, said } = await runFaults('--only', 'cuts', '--cuts', '6', ...ANY_START);
    expect(summary, said).toMatchObject({ ...nothingBroken, powerCuts: 6 });
    expect(summary.acknowledged).toBeGreaterThan(6);
    expect(summary.controlLossPercent).toBeGreaterThan(0);
    expect(code).toBe(0);
  },
  LIMIT_MS,
);

test(
  'a flipped bit in the database or in the WAL is told, or changes nothing that leaves',
  async () => {
    const { code, summary, said } = await runFaults('--only', 'flips', '--flips', '120', '--seed', '4');
    expect(summary, said).toMatchObject({ bitFlips: 120, undetectedFlips: 0, notRun: {}, broken: [] });
    expect(summary.flipsDetected).toBeGreaterThan(10);
    expect(code).toBe(0);
  },
  LIMIT_MS,
);

test(
  'a flipped bit in what the ledger side writes is told, or changes nothing that leaves',
  async () => {
    const options = ['--only', 'ledgerflips', '--ledgerflips', '250', '--seed', '11'];
    const { code, summary, said } = await runFaults(...options);
    expect(summary, said).toMatchObject({ bitFlips: 250, undetectedFlips: 0, notRun: {}, broken: [] });
    expect(summary.flipsDetected).toBeGreaterThan(10);
    expect(code).toBe(0);
  },
  LIMIT_MS,
);

test.runIf(canMountDisks())(
  'a disk that is filled: old readings make room, what is kept longest stays, and nothing confirmed is lost',
  async () => {
    const { code, summary, said } = await runFaults('--only', 'fills', '--fills', '1', '--seed', '3');
    expect(summary, said).toMatchObject({ fills: 1, lost: 0, notRun: {}, broken: [] });
    expect(summary.evictedRecords).toBeGreaterThan(1000);
    expect(code).toBe(0);
  },
  2 * LIMIT_MS,
);

test.runIf(canTrace())(
  'the first call of each kind on the journal fails: the next start has all that was confirmed',
  async () => {
    const { code, summary, said } = await runFaults(
      '--only',
      'syscalls',
      '--syscalls',
      '1',
      '--minutes',
      '1',
    );
    expect(summary, said).toMatchObject({ ...nothingBroken, fsyncTakenForSuccess: 0 });
    expect(summary.syscallFaults).toBeGreaterThan(3);
    expect(code).toBe(0);
  },
  LIMIT_MS,
);

test('a wrong use is said with an example', async () => {
  const { code, said } = await runFaults('--kills', 'many');
  expect(code).toBe(2);
  expect(said).toContain('npm run test:faults -- --seed 7 --only kills,cuts --kills 1000');
});
