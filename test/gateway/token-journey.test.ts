// A gateway whose device key is in a token, as an operator has it: made by `coldgate init`, run as the program, its records
// verified by `coldgate verify`. The token goes away and comes back, and nothing that was acknowledged is lost.

import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { runProgram } from '../../gateway/cli/program.js';
import { journalPathOf } from '../../gateway/journal/paths.js';
import { GATEWAY_NAME, topicOf } from '../faults/gateway-folder.js';
import { runGateway } from '../faults/gateway-process.js';
import { auditJournal } from '../faults/journal-audit.js';
import { SensorLoad } from '../faults/sensor-load.js';
import { eventually } from '../firmware-bridge/eventually.js';
import { capturedIo } from './cli/captured-io.js';
import { hasSoftToken, PIN, SoftToken, TOKEN_LABEL } from './soft-token.js';

vi.setConfig({ testTimeout: 90_000 });

const PROGRAM = fileURLToPath(new URL('../../dist/gateway/cli/coldgate.js', import.meta.url));
const SENSOR = 'front';
/** SoftHSM does not start without its store. */
const STORE_GONE = 'TOKEN_MODULE_UNUSABLE';

async function run(...argv: string[]) {
  const io = capturedIo();
  const exitCode = await runProgram(argv, io);
  return { exitCode, out: io.outLines.join('\n'), err: io.errLines.join('\n') };
}

const tokenOptions = (token: SoftToken, label = TOKEN_LABEL) => [
  ...['--pkcs11', token.module, '--token', label, '--pin-file', token.pinFile],
];

/** A gateway with one sensor, a ledger that nobody asks, and its key in the token. */
async function tokenGateway(...options: string[]) {
  const token = new SoftToken();
  const dir = join(token.folder, 'gateway');
  const made = await run('init', dir, '--name', GATEWAY_NAME, '--json', ...tokenOptions(token), ...options);
  expect(made.err).toBe('');
  const config = join(dir, 'coldgate.yaml');
  const text = readFileSync(config, 'utf8')
    .replace('windowMs: 1000', 'windowMs: 0')
    .replace(
      'listen: { host: 127.0.0.1, port: 1883 }',
      `listen: { host: 127.0.0.1, port: 0 }
  limits: { messagesPerSecond: 100000 }
  sensors:
    - { topic: ${topicOf(SENSOR)}, mapping: generic, values: [ { sensorId: ${SENSOR}, path: '$.value', unit: milli-celsius } ] }`,
    )
    .replace(/console:\n {2}listen: .*\n/, '');
  writeFileSync(config, text);
  const { gatewayAddress } = JSON.parse(made.out) as { gatewayAddress: string };
  const journal = journalPathOf(join(dir, 'data'));
  return { token, dir, config, gatewayAddress, journal };
}

function loadOn(port: number): SensorLoad {
  const load = new SensorLoad([SENSOR]);
  onTestFinished(() => load.disconnect());
  load.connect(port);
  return load;
}

describe.skipIf(!hasSoftToken)('the device key in a token', () => {
  test.each(['secp256k1', 'p256'])(
    'records are signed by it (%s) and verify; pulled out, they wait; put back, they are all there',
    async (curve) => {
      const { token, config, gatewayAddress, journal, dir } = await tokenGateway('--curve', curve);
      const gateway = runGateway(config);
      const load = loadOn(await gateway.brokerPort());
      await eventually('some are acknowledged', () => load.acknowledged > 20);
      token.pullOut();
      const { hint } = await gateway.line(STORE_GONE);
      expect(hint).toBeTruthy();
      const before = load.acknowledged;
      token.putBack();
      await gateway.line('writing the journal works again');
      await eventually('others are acknowledged', () => load.acknowledged > before + 20);
      load.pause();
      await eventually('all are acknowledged', () => load.pending === 0);
      expect(await gateway.stop()).toBe(0);
      expect(load.compare(auditJournal(journal).readings)).toMatchObject({ lost: 0, unexplained: 0 });
      const bundle = join(dir, 'bundle.json');
      expect(await run('export', '-c', config, '--sequence', '5', '-o', bundle)).toMatchObject({
        exitCode: 0,
      });
      const verified = await run('verify', bundle, '--gateway', gatewayAddress);
      expect(verified).toMatchObject({ exitCode: 0 });
      const receipt = join(dir, 'receipt.cose');
      const exported = ['--sequence', '5', '--format', 'cose-receipt', '-o', receipt];
      // A process of its own: a module that was opened in this one keeps the store of this test.
      expect(spawnSync(process.execPath, [PROGRAM, 'export', '-c', config, ...exported]).status).toBe(0);
      expect(await run('verify', receipt, '--gateway', gatewayAddress)).toMatchObject({ exitCode: 0 });
      const said = JSON.stringify([gateway.lines, gateway.plain]);
      expect(said).not.toContain(PIN);
      expect(existsSync(join(dir, 'keys', 'device-key.json.mark'))).toBe(true);
    },
  );

  test('a gateway that starts without its token reads and waits, and signs when it comes', async () => {
    const { token, config, journal } = await tokenGateway();
    token.pullOut();
    const gateway = runGateway(config);
    const load = loadOn(await gateway.brokerPort());
    await gateway.line(STORE_GONE);
    expect(load.acknowledged).toBe(0);
    token.putBack();
    await eventually('some are acknowledged', () => load.acknowledged > 0);
    load.pause();
    await eventually('all are acknowledged', () => load.pending === 0);
    await gateway.stop();
    expect(load.compare(auditJournal(journal).readings)).toMatchObject({ lost: 0, unexplained: 0 });
  });

  test('a wrong PIN is told and never falls back to a file; the right one in its place goes on', async () => {
    const { token, config } = await tokenGateway();
    token.writePin('000000');
    const gateway = runGateway(config);
    const load = loadOn(await gateway.brokerPort());
    expect((await gateway.line('TOKEN_PIN_WRONG')).hint).toContain('passphraseFile');
    expect(load.acknowledged).toBe(0);
    token.writePin(PIN);
    await eventually('some are acknowledged', () => load.acknowledged > 0);
    await gateway.stop();
    expect(JSON.stringify(gateway.lines)).not.toContain('000000');
  });

  test('commands that sign by the device key do so by the token', async () => {
    const { config, dir, gatewayAddress } = await tokenGateway();
    appendFileSync(
      config,
      `ledger: { rpcUrl: 'http://127.0.0.1:1', chainId: 31337, contract: '0x5FbDB2315678afecb367f032d93F642f64180aa3' }\n`,
    );
    const output = join(dir, 'proof.json');
    const registrar = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
    const proof = await run('ledger', 'proof', '-c', config, '--registrar', registrar, '-o', output);
    expect(proof).toMatchObject({ exitCode: 0, err: '' });
    expect(JSON.parse(readFileSync(output, 'utf8'))).toMatchObject({ gateway: gatewayAddress });
    const checked = await run('check-config', '-c', config);
    expect(checked.out).toContain(`in token ${TOKEN_LABEL}`);
    const doctor = await run('doctor', '-c', config, '--offline');
    expect(doctor.out).toMatch(new RegExp(`ok +token .*${gatewayAddress}`));
  });

  test('the doctor says what is wrong with a token, and that a module is not there', async () => {
    const { token, config, dir } = await tokenGateway();
    token.writePin('000000');
    expect((await run('doctor', '-c', config, '--offline')).out).toContain('TOKEN_PIN_WRONG');
    const keyFile = join(dir, 'keys', 'device-key.json');
    writeFileSync(keyFile, readFileSync(keyFile, 'utf8').replace(token.module, '/usr/lib/no-such.so'));
    expect(await run('check-config', '-c', config)).toMatchObject({ exitCode: 2 });
  });

  test('another token under the same label is not taken', async () => {
    const { config, gatewayAddress } = await tokenGateway();
    const other = new SoftToken();
    await run('init', join(other.folder, 'other'), ...tokenOptions(other));
    const { out } = await run('doctor', '-c', config, '--offline');
    expect(out).toContain('TOKEN_KEY_WRONG');
    expect(out).toContain(gatewayAddress);
  });

  test('init leaves no key behind that no file names, and never takes a label twice', async () => {
    const { token } = await tokenGateway();
    const second = join(token.folder, 'second');
    expect((await run('init', second, ...tokenOptions(token))).err).toContain('TOKEN_KEY_EXISTS');
    expect(readdirSync(second)).toEqual([]);
    token.addToken('spare');
    const impossible = await run('init', second, '--data-dir', 'a b', ...tokenOptions(token, 'spare'));
    expect(impossible.exitCode).toBe(2);
    expect((await run('init', second, ...tokenOptions(token, 'spare'))).exitCode).toBe(0);
  });

  test.each([
    [['--token', 'x'], 'belong to --pkcs11'],
    [['--curve', 'p256'], 'belong to --pkcs11'],
    [['--curve', 'ed25519'], 'secp256k1, p256'],
    [['--pkcs11', '/usr/lib/x.so'], 'needs the token'],
    [['--pkcs11', 'x.so', '--token', 'x', '--pin-file', 'pin'], 'no absolute path'],
  ])('init %j is wrong use', async (options, said) => {
    const { folder } = new SoftToken();
    const result = await run('init', join(folder, 'new'), ...options);
    expect(result).toMatchObject({ exitCode: 2, err: expect.stringContaining(said) });
  });
});
