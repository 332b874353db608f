// A fleet as its owner and its technicians have it: programs, a real broker with TLS and passwords, two gateways brought in,
// one by a file and one by a typed code, with kill -9 where it hurts. Needs the build.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { runProgram } from '../../../gateway/cli/program.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { auditJournal } from '../../faults/journal-audit.js';
import { SpawnedGateway } from '../../faults/spawned-gateway.js';
import { eventually } from '../../firmware-bridge/eventually.js';
import { capturedIo } from '../cli/captured-io.js';
import { tempFolder } from '../temp-folder.js';
import { hasMosquitto, startMosquitto, tlsFile } from './mosquitto-tls.js';

const program = fileURLToPath(new URL('../../../dist/gateway/cli/coldgate.js', import.meta.url));

function start(...argv: string[]): SpawnedGateway {
  const spawned = new SpawnedGateway([process.execPath, program, ...argv]);
  onTestFinished(() => spawned.kill());
  return spawned;
}

async function run(...argv: string[]) {
  const io = capturedIo();
  const exitCode = await runProgram(argv, io);
  return { exitCode, out: io.outLines, err: io.errLines };
}

test.skipIf(!hasMosquitto)(
  'two gateways are brought in, and configured from afar',
  { timeout: 180_000 },
  async () => {
    const broker = await startMosquitto();
    const folder = tempFolder();
    const at = (name: string) => join(folder, name);
    const desk = ['--dir', at('desk')];
    const login = ['--username', broker.username, '--password-file', broker.passwordFile];
    const fileOf = (name: string, ...lines: string[]) => {
      writeFileSync(at(name), `${lines.join('\n')}\n`);
      return at(name);
    };
    const publish = [
      'publish:',
      `  brokers: [ { name: fleet, url: '${broker.url}', username: ${broker.username},`,
      '    passwordFile: ./keys/fleet.password, caFile: ./keys/fleet-ca.pem } ]',
    ];

    // The desk, and two codes.
    const made = await run(
      'fleet',
      'init',
      at('desk'),
      '--broker',
      broker.url,
      '--ca',
      tlsFile('ca.pem'),
      ...login,
    );
    expect(made).toMatchObject({ exitCode: 0, err: [] });
    await run('fleet', 'invite', 'truck-1', ...desk, ...login, '-o', at('truck-1.invite'));
    const typed = await run('fleet', 'invite', 'truck-2', ...desk);
    const [code = ''] = typed.out;
    expect(code).toMatch(/^COLDGATE1-/);

    // Nobody is at the desk yet. The power fails while the first one waits.
    const waiting = start('enrol', at('truck-1.invite'), at('truck-1'));
    await eventually('it has its keys', () => waiting.plain.some((line) => line.startsWith('It asks')));
    await waiting.kill();
    const keyBefore = readFileSync(join(at('truck-1'), 'keys', 'device-key.json'), 'utf8');
    expect(existsSync(join(at('truck-1'), 'coldgate.yaml'))).toBe(false);

    const accepting = start('fleet', 'accept', ...desk);
    const first = await run('enrol', at('truck-1.invite'), at('truck-1'));
    expect(first).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(at('truck-1'), 'keys', 'device-key.json'), 'utf8')).toBe(keyBefore);
    const second = await run('enrol', code, at('truck-2'), ...login);
    expect(second).toMatchObject({ exitCode: 0 });

    // A thief's copy of the code, a broker that is another one, and a second run by the right machine.
    const thief = await run('enrol', code, at('thief'), ...login);
    expect([thief.exitCode, thief.err[0]]).toEqual([1, expect.stringContaining('CODE_USED')]);
    const misled = await run('enrol', code, at('misled'), ...login, '--ca', tlsFile('stranger.pem'));
    expect([misled.exitCode, misled.err.join()]).toEqual([3, expect.stringContaining('[BROKER_UNTRUSTED]')]);
    expect(await run('enrol', code, at('truck-2'))).toMatchObject({ exitCode: 0, err: [] });

    // A configuration for both; the power fails in one of them as it takes it.
    const config = (name: string) => join(at(name), 'coldgate.yaml');
    writeFileSync(config('truck-2'), '  trialSeconds: 10\n', { flag: 'a' });
    const one = start('run', '-c', config('truck-1'));
    const two = start('run', '-c', config('truck-2'));
    await Promise.all([one, two].map((gateway) => gateway.line('broker of the fleet’s owner connected')));
    const good = fileOf('good.yaml', '# for all', 'commit: { windowMs: 50 }', ...publish);
    const pushed = run('fleet', 'push', '--all', good, ...desk, '--wait', '120');
    await one.line('a new configuration is in place');
    await one.kill();
    const again = start('run', '-c', config('truck-1'));
    expect(await pushed).toMatchObject({ exitCode: 0, err: [] });
    for (const name of ['truck-1', 'truck-2']) {
      expect(readFileSync(config(name), 'utf8')).toMatch(/^# for all\ncommit: \{ windowMs: 50 \}/);
    }

    // One that passes every check and reaches nobody, and one that names a file that is not there.
    const before = readFileSync(config('truck-2'), 'utf8');
    const mute = fileOf('mute.yaml', "publish: { brokers: [ { name: fleet, url: 'mqtt://127.0.0.1:1' } ] }");
    const bad = await run('fleet', 'push', 'truck-2', mute, ...desk, '--wait', '120');
    expect(bad).toMatchObject({
      exitCode: 1,
      out: [expect.anything(), expect.stringContaining('[CONFIGURATION_UNPROVEN]')],
    });
    const absent = fileOf(
      'absent.yaml',
      `publish: { brokers: [ { name: fleet, url: '${broker.url}', caFile: ./none } ] }`,
    );
    const refused = await run('fleet', 'push', 'truck-2', absent, ...desk, '--wait', '60');
    expect(refused).toMatchObject({ exitCode: 1, out: [expect.anything(), expect.stringContaining('none')] });
    expect(readFileSync(config('truck-2'), 'utf8')).toBe(before);

    const listed = await run('fleet', 'list', ...desk, '--json');
    expect(JSON.parse(listed.out.join('\n')).gateways).toMatchObject([
      { name: 'truck-1', newest: 2, report: { number: 2, state: 'applied' } },
      { name: 'truck-2', newest: 4, report: { number: 4, state: 'refused', code: 'CONFIGURATION_INVALID' } },
    ]);
    const status = await run('status', '-c', config('truck-2'));
    expect(status.out.join('\n')).toMatch(/^fleet {7}configuration 4 was refused: .*none/m);

    expect(await again.stop()).toBe(0);
    expect(await two.stop()).toBe(0);
    accepting.signal('SIGINT');
    expect(await accepting.exitCode()).toBe(0);
    expect(accepting.plain.filter((line) => line.includes('is taken'))).toHaveLength(2);
    const eventsOf = (name: string) =>
      auditJournal(join(at(name), 'data', 'journal.db'))
        .details(recordKinds.configurationChange)
        .map(({ event }) => event);
    expect(eventsOf('truck-1')).toEqual(['confirmed', 'applied', 'in-force']);
    expect(eventsOf('truck-2')).toEqual([
      'confirmed',
      'applied',
      'in-force',
      'applied',
      'reverted',
      'refused',
    ]);
  },
);
