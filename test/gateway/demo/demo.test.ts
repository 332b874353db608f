// The demo as a person runs it: a process, its lines, Ctrl-C, a second start.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { processesOf, startDemo as startProgram, waitForText } from './running-demo.js';

const DEMO = 'dist/gateway/demo/demo.js';
let folder: string;

const startDemo = (...parameters: string[]) => startProgram(DEMO, '--dir', folder, ...parameters);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldgate-demo-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('a reading is proven on the ledger, Ctrl-C ends everything, and a second start continues the log', async () => {
  const first = startDemo();
  await waitForText(first, 'PROVEN      ');
  expect(first.output).toContain('EXCURSION   opened: cargo-rear');
  expect(first.output).toContain('EXCURSION   closed: cargo-rear');
  expect(first.output).toMatch(/tags {8}.*dBm/);
  expect(first.output).toMatch(/ledger: contract 0x[0-9a-f]{40} holds header \d+/);
  first.child.kill('SIGINT');
  expect(await first.exited).toEqual([0, null]);
  expect(processesOf(folder)).toEqual([]);
  const lastLine = first.output.trimEnd().split('\n').at(-1);
  expect(lastLine).toContain('where ');
  expect(existsSync(join(folder, 'bundle.json'))).toBe(true);

  const sizes = (output: string) =>
    [...output.matchAll(/checkpoint {2}(\d+) records/g)].map((match) => Number(match[1]));
  const before = Math.max(...sizes(first.output));
  const second = startDemo('--duration', '8');
  expect(await second.exited).toEqual([1, null]);
  expect(Math.min(...sizes(second.output))).toBeGreaterThan(before);
  expect(second.output).toContain('0 refuted');
  expect(second.output).not.toContain('TROUBLE');
  expect(processesOf(folder)).toEqual([]);
}, 150_000);

test('a wrong argument is one clear line and exit code 2', async () => {
  for (const parameters of [['--duration', 'soon'], ['--duration', '-1'], ['--nonsense']]) {
    const demo = startDemo(...parameters);
    expect(await demo.exited).toEqual([2, null]);
    expect(demo.output).toContain('[WRONG_USE]');
    expect(demo.output).toContain('use: npm start');
  }
});
