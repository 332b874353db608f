// `coldgate users` as it is put together for people: configuration, files, journal, and a gateway role beside it.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { configText } from '../../../config/template.js';
import { type ExitCode, exitCodes } from '../../../gateway/cli/cli-io.js';
import { reportError } from '../../../gateway/cli/error-report.js';
import { registerUsers } from '../../../gateway/cli/users-commands.js';
import { codeAt, STEP_MS } from '../accounts/account-office.js';
import { accountRole } from '../accounts/account-role.js';
import { tempFolder } from '../temp-folder.js';
import { TestLog } from '../test-log.js';
import { capturedIo } from './captured-io.js';

const TOTP = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

async function run(...argv: string[]) {
  const io = capturedIo();
  let exitCode: ExitCode = exitCodes.ok;
  const program = new Command('coldgate');
  registerUsers(program, async (task) => {
    exitCode = await task(io).catch((error: unknown) => reportError(error, io, false));
  });
  await program.parseAsync(['users', ...argv], { from: 'user' });
  return { exitCode, out: io.outLines, err: io.errLines };
}

test('from the configuration to the journal and back', async () => {
  const folder = tempFolder();
  const fileOf = (name: string, content: string) => {
    writeFileSync(join(folder, name), content, { mode: 0o600 });
    return join(folder, name);
  };
  const config = fileOf('coldgate.yaml', configText({ name: 'truck-17', dataDir: folder, keysDir: folder }));
  const password = fileOf('password', 'three pallets left for Basel\n');
  const secret = fileOf('totp', `${TOTP}\n`);
  const log = new TestLog(folder).open();
  accountRole(log, Date.now).attend();

  const enrolment = ['--new-password-file', password, '--totp-secret-file', secret];
  const create = async (name: string, role: string, ...more: string[]) => {
    const newCode = ['--new-code', codeAt(TOTP, Date.now())];
    const person = ['--role', role, '--printed-name', `${name} Example`, '-c', config];
    return run('create', name, ...person, ...enrolment, ...newCode, ...more);
  };
  const asAda = (byMs: number) => [
    ...['--as', 'ada', '--password-file', password],
    ...['--code', codeAt(TOTP, Date.now() + byMs)],
  ];
  const told = [
    await create('ada', 'administrator'),
    await create('dana', 'quality'),
    await create('dana', 'quality', ...asAda(0)),
    await run('list', '-c', config),
  ];
  expect(told.map(({ exitCode }) => exitCode)).toEqual([0, 2, 0, 0]);
  expect(told[1]?.err).toEqual(['coldgate: nobody is named [WRONG_USE]', '  hint: say who asks: --as NAME']);
  expect(told[3]?.out).toEqual([
    'ada  administrator  enabled  ada Example',
    'dana  quality  enabled  dana Example',
  ]);
  const disabled = await run('disable', 'dana', '-c', config, ...asAda(STEP_MS));
  expect(disabled).toEqual({ exitCode: 0, out: ['account dana is disabled, record 2'], err: [] });
  log.close();
});
