// `coldgate recipients`, through the arguments a person types, in front of a gateway role that decides at once.

import { Command } from 'commander';
import { expect, test } from 'vitest';
import { type ExitCode, exitCodes } from '../../../gateway/cli/cli-io.js';
import { reportError } from '../../../gateway/cli/error-report.js';
import { recipientsRegistration } from '../../../gateway/cli/recipients-commands.js';
import { recipientRow } from '../../../gateway/privacy/recipient.js';
import { StateStore } from '../../../gateway/requests/state-store.js';
import { capturedIo } from './captured-io.js';

const KEY = '3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d';

function desk() {
  const asked: unknown[] = [];
  const state = new StateStore(new Map());
  const parts = {
    submit: async (config: string, kind: string, document: object) => {
      asked.push({ config, kind, document });
      return { event: 'added', sequence: 7 };
    },
    readState: () => state,
  };
  const run = async (...argv: string[]) => {
    const io = capturedIo();
    let exitCode: ExitCode = exitCodes.ok;
    const program = new Command('coldgate');
    recipientsRegistration(async () => parts)(program, async (task) => {
      exitCode = await task(io).catch((error: unknown) => reportError(error, io, false));
    });
    await program.parseAsync(['recipients', ...argv], { from: 'user' });
    return { exitCode, out: io.outLines };
  };
  return { run, asked, state };
}

test('a recipient is added, given another key, and removed, each in a request of its own', async () => {
  const { run, asked } = desk();
  const added = await run('add', 'quality', KEY, '--as', 'ada', '-c', '/etc/coldgate.yaml');
  expect(added).toEqual({ exitCode: 0, out: ['recipient quality: added, record 7'] });
  await run('rotate', 'quality', KEY);
  await run('remove', 'quality');
  expect(asked).toEqual([
    { config: '/etc/coldgate.yaml', kind: 'recipient.add', document: { name: 'quality', publicKey: KEY } },
    { config: 'coldgate.yaml', kind: 'recipient.rotate', document: { name: 'quality', publicKey: KEY } },
    { config: 'coldgate.yaml', kind: 'recipient.remove', document: { name: 'quality' } },
  ]);
});

test('the list tells whose key may read, since when and by whose word; and says plainly when nobody may', async () => {
  const { run, state } = desk();
  expect((await run('list')).out).toEqual(['nobody can read what is sealed: there is no recipient']);
  const sinceMs = Date.parse('2026-03-01T08:00:00Z');
  state.apply([recipientRow({ name: 'quality', publicKey: KEY, sinceMs, by: 'ada' })]);
  expect((await run('list')).out).toEqual([`quality  ${KEY}  since 2026-03-01T08:00:00.000Z by ada`]);
  expect(JSON.parse((await run('list', '--json')).out.join())).toHaveLength(1);
});
