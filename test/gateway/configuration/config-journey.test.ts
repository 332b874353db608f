// `coldgate config` in front of `coldgate run`, as people have it: processes, files, a kill -9 at the worst moment, and a
// file that is right and does not run. Needs the build.

import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { runProgram } from '../../../gateway/cli/program.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { auditJournal } from '../../faults/journal-audit.js';
import { SpawnedGateway } from '../../faults/spawned-gateway.js';
import { codeAt } from '../accounts/account-office.js';
import { authenticator } from '../accounts/authenticator.js';
import { capturedIo } from '../cli/captured-io.js';
import { configurationFolder, textWith } from './configuration-folder.js';

const program = fileURLToPath(new URL('../../../dist/gateway/cli/coldgate.js', import.meta.url));
const TOTP = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

function start(config: string): SpawnedGateway {
  const gateway = new SpawnedGateway([process.execPath, program, 'run', '-c', config]);
  onTestFinished(() => gateway.kill());
  return gateway;
}

async function takenPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return (server.address() as AddressInfo).port;
}

test('a change outlives kill -9, and one that does not run is taken back', { timeout: 180_000 }, async () => {
  const config = await configurationFolder(textWith(0));
  const fileOf = (name: string, content: string) => {
    const path = join(dirname(config), name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const password = fileOf('password', 'three pallets left for Basel\n');
  const secret = fileOf('totp', `${TOTP}\n`);
  const code = authenticator(TOTP);
  const run = async (...argv: string[]) => {
    const io = capturedIo();
    const exitCode = await runProgram([...argv, '-c', config], io);
    return { exitCode, out: io.outLines, err: io.errLines };
  };
  const ada = async () => ['--as', 'ada', '--password-file', password, '--code', await code()];

  const first = start(config);
  await first.line('gateway role started');
  const enrolment = [
    ...['--new-password-file', password, '--totp-secret-file', secret],
    ...['--new-code', codeAt(TOTP, Date.now())],
  ];
  const made = await run(
    'users',
    'create',
    'ada',
    '--role',
    'administrator',
    '--printed-name',
    'Ada',
    ...enrolment,
  );
  expect(made).toMatchObject({ exitCode: 0, err: [] });

  const applied = run('config', 'apply', fileOf('new.yaml', textWith(50)), ...(await ada()));
  await first.line('a new configuration is in place');
  await first.kill();
  const second = start(config);
  expect(await applied).toMatchObject({ exitCode: 0, err: [] });
  expect(second.lines.filter(({ msg }) => msg === 'the new configuration runs')).toHaveLength(1);
  expect(readFileSync(config, 'utf8')).toBe(textWith(50));

  const port = await takenPort();
  const bad = textWith(50, `mqttIntake: { listen: { host: 127.0.0.1, port: ${port} } }`);
  const refused = await run('config', 'apply', fileOf('bad.yaml', bad), ...(await ada()));
  expect(refused).toMatchObject({
    exitCode: 1,
    out: expect.arrayContaining([`+ mqttIntake.listen.port: ${port}`]),
  });
  expect(refused.err[0]).toMatch(/^coldgate: the new file does not run, .* \[CONFIGURATION_UNFIT\]$/);
  expect(readFileSync(config, 'utf8')).toBe(textWith(50));
  const status = await run('status');
  expect(status.out.join('\n')).toMatch(/warning {3}configuration: .*\[CONFIGURATION_UNFIT\]/);
  expect(await second.stop()).toBe(0);

  const audit = auditJournal(join(dirname(config), 'data', 'journal.db'));
  expect(audit.details(recordKinds.configurationChange).map(({ event }) => event)).toEqual([
    ...['applied', 'in-force'],
    ...['applied', 'reverted'],
  ]);
});
