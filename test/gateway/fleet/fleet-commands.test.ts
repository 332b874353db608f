// The commands of a fleet as a person meets them when something is wrong: what is said, with which exit code, and that
// nothing is burnt or overwritten by it.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProgram } from '../../../gateway/cli/program.js';
import { signConfiguration } from '../../../gateway/fleet/fleet-configuration.js';
import { inviteCode, parseInviteCode } from '../../../gateway/fleet/invite.js';
import { topicsOf } from '../../../gateway/publish/topics.js';
import { eventually } from '../../firmware-bridge/eventually.js';
import { capturedIo } from '../cli/captured-io.js';
import { connectClient } from '../mqtt-clients.js';
import { tempFolder } from '../temp-folder.js';
import { startTestBroker } from '../test-broker.js';
import { addressOf, NOW_MS, strangerSigner } from './fleet-bench.js';

async function run(...argv: string[]) {
  const io = capturedIo();
  const exitCode = await runProgram(argv, io);
  return { exitCode, out: io.outLines, err: io.errLines };
}

async function madeDesk() {
  const broker = await startTestBroker();
  const folder = tempFolder();
  const at = (name: string) => join(folder, name);
  const url = `mqtt://127.0.0.1:${broker.port}`;
  expect(await run('fleet', 'init', at('desk'), '--broker', url)).toMatchObject({ exitCode: 0 });
  const fileOf = (name: string, text: string) => {
    writeFileSync(at(name), text);
    return at(name);
  };
  return { broker, at, url, fileOf, desk: ['--dir', at('desk')] };
}

test('a first configuration that does not fit the machine burns nothing: the next one is taken', async () => {
  const { at, fileOf, desk, broker } = await madeDesk();
  const unfit = fileOf(
    'unfit.yaml',
    "publish: { brokers: [ { name: hq, url: 'mqtts://hq.example', caFile: ./none } ] }\n",
  );
  const [code = ''] = (await run('fleet', 'invite', 'truck-17', ...desk, '--configuration', unfit)).out;
  const accepting = run('fleet', 'accept', ...desk, '--once');
  const first = await run('enrol', code, at('box'));
  expect([first.exitCode, first.err.at(-2)]).toEqual([1, expect.stringContaining('[CONFIGURATION_UNFIT]')]);
  expect(existsSync(at('box/coldgate.yaml'))).toBe(false);
  expect(await accepting).toMatchObject({ exitCode: 0, out: [expect.stringContaining('truck-17 is taken')] });

  const text = 'commit: { windowMs: 7 }\n';
  const pushed = await run('fleet', 'push', 'truck-17', fileOf('fit.yaml', text), ...desk);
  expect(pushed).toMatchObject({ exitCode: 0, err: [] });
  // Nobody is at the desk: the broker has it.
  expect(await run('enrol', code, at('box'), '--json')).toMatchObject({ exitCode: 0, err: [] });
  expect(readFileSync(at('box/coldgate.yaml'), 'utf8')).toContain(text);
  expect(await run('enrol', code, at('box'))).toMatchObject({ exitCode: 0, err: [] });
  const others = inviteCode({ ...parseInviteCode(code)!, name: 'truck-18' });
  const elsewhere = await run('enrol', others, at('box'));
  expect([elsewhere.exitCode, elsewhere.err[0]]).toEqual([3, expect.stringContaining('[ENROLLED_ALREADY]')]);
  const doctor = await run('doctor', '-c', at('box/coldgate.yaml'), '--offline', '--json');
  expect(JSON.parse(doctor.out.join('\n')).checks).toContainEqual(
    expect.objectContaining({ id: 'fleet', outcome: 'skipped' }),
  );

  const listed = await run('fleet', 'list', ...desk);
  expect(listed.out).toEqual([
    expect.stringMatching(/^truck-17 {2}0x[0-9a-f]{40} {2}configuration 2 was sent; nothing heard yet$/),
  ]);
  const secret = Buffer.from(parseInviteCode(code)!.secret).toString('hex');
  for (const { payload } of broker.published) expect(payload.toString('latin1')).not.toContain(secret);
});

test('a configuration of somebody else on the topic is told and not taken', async () => {
  const { at, desk, broker } = await madeDesk();
  const [code = ''] = (await run('fleet', 'invite', 'truck-17', ...desk)).out;
  const { client } = await connectClient(broker.port);
  const enrolling = run('enrol', code, at('box'));
  const topics = topicsOf('truck-17');
  await eventually('it asks', () => broker.on(topics.enrol).length > 0);
  const [{ gateway, sealingKey }] = broker.on(topics.enrol) as [{ gateway: string; sealingKey: string }];
  const about = { gateway, sealingKey, number: 1, issuedAtMs: NOW_MS };
  const forged = await signConfiguration(strangerSigner, about, {
    reportKey: '00'.repeat(32),
    text: '# stranger\n',
  });
  await client.publishAsync(topics.configuration, forged, { qos: 1, retain: true });
  const accepted = await run('fleet', 'accept', ...desk, '--once');
  expect(accepted.exitCode).toBe(0);
  const { exitCode, err } = await enrolling;
  expect([exitCode, err.join()]).toEqual([0, expect.stringContaining('another owner')]);
  expect(readFileSync(at('box/coldgate.yaml'), 'utf8')).not.toContain('stranger');
});

test('an invite carries a ledger of any chain that its six bytes can name', async () => {
  const { desk } = await madeDesk();
  const address = `0x${'70'.repeat(20)}`;
  const invite = (chainId: string) => {
    const ledger = ['--registrar', address, '--contract', address, '--chain-id', chainId];
    return run('fleet', 'invite', 'truck-17', ...desk, ...ledger);
  };
  // Sepolia, and the greatest.
  for (const chainId of [11_155_111, 2 ** 48 - 1]) {
    const [code = ''] = (await invite(String(chainId))).out;
    expect(parseInviteCode(code)?.ledger?.chainId).toBe(chainId);
  }
  expect((await invite(String(2 ** 48))).exitCode).toBe(2);
});

test('what is used wrongly is said before anything is made', async () => {
  const { at, url, fileOf, desk } = await madeDesk();
  const own = fileOf('own.yaml', 'gateway: { name: x }\n');
  const invite = (...more: string[]) => run('fleet', 'invite', 'truck-17', ...desk, ...more);
  const past = inviteCode({
    ...{
      name: 'truck-17',
      secret: new Uint8Array(16),
      expiresAtMs: NOW_MS,
      owner: addressOf(strangerSigner),
      url,
    },
  });
  const cases: [Promise<{ exitCode: number; err: string[] }>, number, string][] = [
    [run('enrol', past, at('box')), 2, 'CODE_EXPIRED'],
    [run('enrol', `${past}0`, at('box')), 2, 'CODE_MALFORMED'],
    [run('enrol', past, at('box'), '--wait', '0'), 2, 'WRONG_USE'],
    [run('fleet', 'init', at('desk'), '--broker', url), 3, 'FLEET_EXISTS'],
    [run('fleet', 'init', at('other'), '--broker', 'http://x'), 2, 'WRONG_USE'],
    [run('fleet', 'list', '--dir', at('none')), 3, 'FLEET_UNREADABLE'],
    [run('fleet', 'push', 'truck-17', fileOf('fit.yaml', ''), ...desk), 3, 'GATEWAY_UNKNOWN'],
    [run('fleet', 'push', '--all', at('fit.yaml'), ...desk), 2, 'WRONG_USE'],
    [run('fleet', 'push', 'truck-17', ...desk), 2, 'WRONG_USE'],
    [run('fleet', 'push', 'truck-17', own, ...desk), 2, 'CONFIG_INVALID'],
    [invite('--hours', '0'), 2, 'WRONG_USE'],
    [invite('--ca', own), 2, 'WRONG_USE'],
    [invite('--username', 'u'), 2, 'WRONG_USE'],
    [invite('--registrar', `0x${'70'.repeat(20)}`), 2, 'WRONG_USE'],
    [invite('--configuration', own), 2, 'CONFIG_INVALID'],
    [invite('-o', own), 2, 'WOULD_OVERWRITE'],
  ];
  for (const [running, exitCode, code] of cases) {
    const told = await running;
    expect([told.exitCode, told.err.join(' ')]).toEqual([exitCode, expect.stringContaining(`[${code}]`)]);
  }
  expect([existsSync(at('box')), existsSync(at('other'))]).toEqual([false, false]);
  expect(await run('fleet', 'list', ...desk, '--offline')).toMatchObject({
    out: [expect.stringContaining('nobody yet')],
  });
});
