// The demo as a person runs it: a process, its lines, Ctrl-C, a second start.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const DEMO = 'dist/gateway/demo/demo.js';
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldgate-demo-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function startDemo(...parameters: string[]) {
  const child = spawn(process.execPath, [DEMO, '--dir', folder, ...parameters], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const demo = { child, output: '', exited: once(child, 'exit') };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      demo.output += String(chunk);
    });
  }
  return demo;
}

async function waitForText(demo: { child: ChildProcess; output: string }, text: string): Promise<void> {
  while (!demo.output.includes(text)) {
    if (demo.child.exitCode !== null)
      throw new Error(`the demo ended before it said "${text}":\n${demo.output}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Command lines of all processes that have something to do with the demo's folder. */
function processesOfDemo(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        return [];
      }
    })
    .filter((line) => line.includes(folder));
}

test('a reading is proven on the ledger, Ctrl-C ends everything, and a second start continues the log', async () => {
  const first = startDemo();
  await waitForText(first, 'PROVEN      ');
  expect(first.output).toContain('EXCURSION   opened: cargo-rear');
  expect(first.output).toContain('EXCURSION   closed: cargo-rear');
  expect(first.output).toMatch(/tags {8}.*dBm/);
  expect(first.output).toMatch(/ledger: contract 0x[0-9a-f]{40} holds header \d+/);
  first.child.kill('SIGINT');
  expect(await first.exited).toEqual([0, null]);
  expect(processesOfDemo()).toEqual([]);
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
  expect(processesOfDemo()).toEqual([]);
}, 150_000);

test('a wrong argument is one clear line and exit code 2', async () => {
  for (const parameters of [['--duration', 'soon'], ['--duration', '-1'], ['--nonsense']]) {
    const demo = startDemo(...parameters);
    expect(await demo.exited).toEqual([2, null]);
    expect(demo.output).toContain('[WRONG_USE]');
    expect(demo.output).toContain('use: npm start');
  }
});
