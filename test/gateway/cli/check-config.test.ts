// `coldgate check-config`: all problems at once, files looked at but never opened with their passphrase.

import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ConfigProblem } from '../../../config/config-error.js';
import { runProgram } from '../../../gateway/cli/program.js';
import { capturedIo } from './captured-io.js';

let folder = '';
let file = '';
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'coldgate-check-'));
  file = join(folder, 'coldgate.yaml');
  await runProgram(['init', folder, '--name', 'truck-17'], capturedIo());
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function check(...more: string[]) {
  const io = capturedIo();
  const exitCode = await runProgram(['check-config', '-c', file, ...more], io);
  return { exitCode, out: io.outLines.join('\n'), err: io.errLines.join('\n') };
}

interface Report {
  ok: boolean;
  error?: { code: string };
  problems: ConfigProblem[];
  warnings: ConfigProblem[];
  gatewayAddress?: string;
}

async function report(): Promise<Report & { exitCode: number }> {
  const { exitCode, out } = await check('--json');
  return { ...(JSON.parse(out) as Report), exitCode };
}

function append(text: string): void {
  writeFileSync(file, `${readFileSync(file, 'utf8')}${text}`);
}

describe('coldgate check-config', () => {
  test('a right file gives a summary with the address, exit code 0', async () => {
    const { exitCode, out, err } = await check();
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toMatch(/gateway +truck-17 0x[0-9a-f]{40}/);
    expect(await report()).toMatchObject({ exitCode: 0, ok: true, problems: [], warnings: [] });
  });

  test('needs no passphrase to be right', async () => {
    writeFileSync(join(folder, 'keys', 'passphrase'), 'another one\n');
    expect((await check()).exitCode).toBe(0);
  });

  test('every problem of the file is printed to stderr, exit code 2', async () => {
    writeFileSync(file, 'gateway: { name: a b }\ncommit: { windowMs: 99999 }\n');
    const { exitCode, out, err } = await check();
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toContain(`coldgate: ${file} has 2 problems [CONFIG_INVALID]`);
    expect(err).toContain('line 1, gateway.name');
    expect(err).toContain('line 2, commit.windowMs');
    expect(err).toContain('allowed: a whole number, 0 to 60000 (milliseconds)');
    expect(err).toContain('example: windowMs: 1000');
    expect(await report()).toMatchObject({ exitCode: 2, ok: false, error: { code: 'CONFIG_INVALID' } });
  });

  test('a missing file is exit code 2 with the way to make one', async () => {
    rmSync(file);
    const { exitCode, err } = await check();
    expect(exitCode).toBe(2);
    expect(err).toContain('[CONFIG_ABSENT]');
    expect(err).toContain('coldgate init');
  });

  test('key files that are open, absent or damaged are problems, all at once', async () => {
    append(
      "ledger: { rpcUrl: 'http://127.0.0.1:8545', chainId: 1, contract: '0x5FbDB2315678afecb367f032d93F642f64180aa3' }\n",
    );
    chmodSync(join(folder, 'keys', 'device-key.json'), 0o644);
    rmSync(join(folder, 'keys', 'passphrase'));
    writeFileSync(join(folder, 'keys', 'payer-key.json'), '{}');
    const found = await report();
    expect(found.exitCode).toBe(2);
    expect(found.problems.map((problem) => problem.path)).toEqual([
      'gateway.keyFile',
      'gateway.passphraseFile',
      'ledger.payerKeyFile',
    ]);
    expect(found.problems[0]?.hint).toBe(`chmod 600 ${join(folder, 'keys', 'device-key.json')}`);
    expect((await check()).err).toContain('[CONFIG_FILES]');
  });

  test('paying keys are not looked for without a ledger', async () => {
    rmSync(join(folder, 'keys', 'payer-key.json'));
    expect((await check()).exitCode).toBe(0);
  });

  test('password and certificate files are looked for', async () => {
    const text = readFileSync(file, 'utf8')
      .replace('#  users:', '  users:')
      .replace('#    - { username: door-probe', '    - { username: door-probe')
      .replace('sensorTopics: [ sensors/door-probe ]', 'sensorTopics: []')
      .replace(
        '{ name: local, url: embedded, encoding: json }',
        '{ name: far, url: mqtts://broker.example.org, username: u, passwordFile: pw, caFile: ca.pem, certFile: c.pem, keyFile: k.pem }',
      );
    const webhook = '{ name: dispatch, url: https://alerts.example.org, secretFile: whsec }';
    writeFileSync(file, `${text}\nwebhooks: [ ${webhook} ]\n`);
    expect((await report()).problems.map((problem) => problem.path)).toEqual([
      'mqttIntake.users[0].passwordFile',
      'publish.brokers[0].passwordFile',
      'publish.brokers[0].caFile',
      'publish.brokers[0].certFile',
      'publish.brokers[0].keyFile',
      'webhooks[0].secretFile',
    ]);
  });

  test('what may surprise on the road is a warning and leaves exit code 0', async () => {
    append(
      [
        'devices:',
        '  - { id: bus, type: modbus, port: /dev/ttyUSB93, probes: [ { sensorId: front, unit: 1, profile: xy-md02 }, { sensorId: rear, unit: 2, profile: xy-md02 } ] }',
        'excursions: [ { sensorId: rear, highMilliC: 8000 } ]',
        "ledger: { rpcUrl: 'http://node.example.org', chainId: 1, contract: '0x5FbDB2315678afecb367f032d93F642f64180aa3' }",
        '',
      ].join('\n'),
    );
    const found = await report();
    expect(found).toMatchObject({ exitCode: 0, ok: true });
    expect(found.warnings.map((warning) => warning.path)).toEqual([
      'devices[0].port',
      'devices[0].port',
      'ledger.rpcUrl',
      'excursions',
    ]);
    expect(found.warnings.at(-1)?.message).toContain('front has no limits');
    expect((await check()).err).toContain('warning: devices[0].port: /dev/ttyUSB93 is not there now');
  });
});
