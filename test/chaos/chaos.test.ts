// A short slice of the chaos program: the whole way of headers to a chain, with processes that are killed, a chain that
// forgets and endpoints that are away, late or lying. The long form is `npm run test:chaos -- --seconds 180`.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('chaos.mjs', import.meta.url));

interface Run {
  readonly code: number;
  readonly summary: Record<string, unknown>;
  readonly said: string;
}

function runChaos(...options: string[]): Promise<Run> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...options], (error, stdout, stderr) => {
      const summary = JSON.parse(stdout.trim().split('\n').at(-1) || '{}');
      resolve({ code: Number(error?.code ?? 0), summary, said: stderr });
    });
  });
}

test('twenty seconds of chaos break no promise', async () => {
  const { code, summary, said } = await runChaos('--seconds', '20', '--seed', '7');
  expect(said).toBe('');
  expect(summary).toMatchObject({ reverts: 0, jams: 0, broken: [], anchoredOnce: summary.headers });
  expect(summary.headers).toBeGreaterThan(0);
  expect(code).toBe(0);
}, 120_000);

test('a wrong use is said with an example', async () => {
  const { code, said } = await runChaos('--seconds', 'soon');
  expect(code).toBe(2);
  expect(said).toContain('npm run test:chaos -- --seconds 180');
});
