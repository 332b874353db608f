// `coldgate profiles`, through the arguments a person types.

import { Command } from 'commander';
import { expect, test } from 'vitest';
import type { ExitCode } from '../../../gateway/cli/cli-io.js';
import { registerProfiles } from '../../../gateway/cli/profile-commands.js';
import { capturedIo } from './captured-io.js';

async function run(...argv: string[]) {
  const io = capturedIo();
  let exitCode: ExitCode | undefined;
  const program = new Command().exitOverride();
  registerProfiles(program, async (task) => {
    exitCode = await task(io);
  });
  await program.parseAsync(argv, { from: 'user' });
  return { exitCode, out: io.outLines, err: io.errLines };
}

test('list names every built-in profile', async () => {
  const { out } = await run('profiles', 'list', '--json');
  expect(JSON.parse(out[0] ?? '').map(({ name }: { name: string }) => name)).toEqual([
    'CRT-15-25',
    'GDP-2-8-default',
    'WHO-TR06-30DTR',
    'WHO-TR07-type1',
    'WHO-TR07-type2',
    'deep-frozen',
    'frozen',
    'mSupply-default',
    'ultra-cold',
  ]);
  expect((await run('profiles', 'list')).out).toHaveLength(9);
});

test('show tells limits, times and source', async () => {
  const { out } = await run('profiles', 'show', 'WHO-TR06-30DTR');
  expect(out).toContain('  TR06-high: above 8 C, single, after 600 min, major');
  expect(out).toContain('  TR06-low: at or below -0.5 C, single, after 60 min, critical');
});

test('check accepts a right file and refuses an absent one', async () => {
  expect((await run('profiles', 'check', 'config/profiles/alarm/frozen.yaml')).exitCode).toBe(0);
  const { exitCode, err } = await run('profiles', 'check', 'absent.yaml');
  expect(exitCode).toBe(2);
  expect(err[0]).toMatch(/absent\.yaml does not exist \[CONFIG_ABSENT\]$/);
});
