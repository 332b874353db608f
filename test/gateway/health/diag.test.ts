// `coldgate diag`: what helps is in the bundle, and nothing that names anybody. Every text of a configured gateway is looked for in
// every file of it.

import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterEach, expect, test, vi } from 'vitest';
import { runProgram } from '../../../gateway/cli/program.js';
import { bundleFiles } from '../../../gateway/health/diag/bundle.js';
import { Redaction } from '../../../gateway/health/diag/redaction.js';
import { openDatabase } from '../../../gateway/journal/database.js';
import { insertInto } from '../../../gateway/journal/row-check.js';
import { runGateway } from '../../faults/gateway-process.js';
import { capturedIo } from '../cli/captured-io.js';
import { tempFolder } from '../temp-folder.js';

afterEach(() => vi.unstubAllEnvs());

/** What somebody configured, by what it is. None of it may be found. */
const private_ = {
  gateway: 'lorry-basel-4711',
  shipment: 'SHIP-NOVA-0815',
  sensor: 'insulin-top',
  device: 'rear-bus',
  serial: 'PT100-SN-99817',
  certificate: 'DAkkS-2026-0042',
  brokerName: 'headquarters',
  brokerHost: 'mqtt.novapharma.example',
  brokerUser: 'nova-truck',
  brokerPassword: 'correct horse battery',
  rpcKey: 'v3/9aa3d95b3bc440fa88ea12eaa4456161',
  webhookHost: 'hooks.dispatch.example',
  webhookSecret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
  contract: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
  port: '/dev/serial/by-id/usb-FTDI_A50285BI-if00-port0',
  address: '192.168.77.12',
  person: 'Ada Example',
  // Looks like a word of the program.
  city: 'winterthur',
  mail: 'ada@novapharma.example',
  place: '47.55814, 7.58769',
} as const;

function configure(folder: string): string {
  const p = private_;
  mkdirSync(join(folder, 'secrets'));
  writeFileSync(join(folder, 'secrets', 'broker'), `${p.brokerPassword}\n`, { mode: 0o600 });
  writeFileSync(join(folder, 'secrets', 'hook'), `${p.webhookSecret}\n`, { mode: 0o600 });
  const file = join(folder, 'coldgate.yaml');
  const lines = [
    `gateway: { name: ${p.gateway} }`,
    `shipment: { id: ${p.shipment} }`,
    'mqttIntake:',
    '  listen: { host: 127.0.0.1, port: 0 }',
    '  sensors:',
    `    - { topic: cold/${p.sensor}, mapping: generic, values: [ { sensorId: ${p.sensor}, path: '$.value', unit: milli-celsius } ] }`,
    'devices:',
    `  - { id: ${p.device}, type: m100, port: ${p.port} }`,
    'calibrations:',
    `  - { sensorId: ${p.sensor}, serial: ${p.serial}, certificate: ${p.certificate}, calibratedOn: '2026-01-01', dueOn: '2026-12-31', uncertaintyMilliC: 100 }`,
    'publish:',
    '  brokers:',
    `    - { name: ${p.brokerName}, url: 'mqtts://${p.brokerHost}', username: ${p.brokerUser}, passwordFile: ./secrets/broker }`,
    'webhooks:',
    `  - { name: dispatch, url: 'https://${p.webhookHost}/T00/B00', secretFile: ./secrets/hook }`,
    `ledger: { chainId: 31337, contract: '${p.contract}', rpcUrl: 'http://127.0.0.1:9/${p.rpcKey}' }`,
    '',
  ];
  writeFileSync(file, lines.join('\n'));
  return file;
}

/** Programs of the machine that say all of it in their lines. */
function talkative(folder: string): void {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const said = Object.values(private_).map((text) => `echo 'usb 1-1: a line about "${text}" here: ${text}.'`);
  for (const name of ['journalctl', 'dmesg']) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${said.join('\n')}\necho 'SerialNumber: A50285BI'\n`);
    chmodSync(join(bin, name), 0o755);
  }
  vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
}

async function bundle(file: string, ...options: string[]) {
  const output = join(tempFolder(), 'bundle.zip');
  const io = capturedIo();
  const exitCode = await runProgram(['diag', '-c', file, '-o', output, '--offline', ...options], io);
  const files = Object.entries(unzipSync(readFileSync(output))).map(([name, bytes]) => ({
    name,
    text: strFromU8(bytes),
  }));
  const textOf = (name: string) => files.find((one) => one.name === name)?.text ?? '';
  return { exitCode, files, textOf, out: io.outLines.join('\n') };
}

test('no secret, name, place, party or number of a device of a configured gateway is in its bundle', async () => {
  const folder = tempFolder();
  expect(await runProgram(['init', folder, '--name', 'x1'], capturedIo())).toBe(0);
  const file = configure(folder);
  const gateway = runGateway(file);
  await gateway.line('gateway role started');
  expect(await gateway.stop()).toBe(0);
  const journal = openDatabase(join(folder, 'data', 'journal.db'), { access: 'peer' });
  const person = JSON.stringify({ account: 'ada', printedName: private_.person, site: private_.city });
  journal.prepare(insertInto('judge_state')).run('somebody/ada', person);
  journal.close();
  talkative(folder);
  const { exitCode, files, textOf } = await bundle(file);
  expect(exitCode).toBe(0);
  const keys = ['device-key.json', 'passphrase'].map((name) =>
    readFileSync(join(folder, 'keys', name), 'utf8').trim(),
  );
  const inKeys = keys.flatMap((text) => [
    text,
    ...[...text.matchAll(/[0-9a-fA-F]{20,}/g)].map(([hex]) => hex),
  ]);
  const wanted = [...Object.values(private_), 'A50285BI', folder, ...inKeys];
  const leaks = files.flatMap(({ name, text }) =>
    wanted
      .filter((secret) => text.toLowerCase().includes(secret.toLowerCase()))
      .map((secret) => `${name}: ${secret}`),
  );
  expect(leaks).toEqual([]);
  // And what helps is there.
  expect(JSON.parse(textOf('configuration.json'))).toMatchObject({
    ledger: { chainId: 31337 },
    devices: [{ type: 'm100' }],
    calibrations: [{ uncertaintyMilliC: 100 }],
  });
  expect(JSON.parse(textOf('journal.json')).records).toBeGreaterThan(0);
  expect(JSON.parse(textOf('doctor.json')).diagnoses.length).toBeGreaterThan(10);
  expect(JSON.parse(textOf('status.json')).findings.length).toBeGreaterThan(0);
  expect(JSON.parse(textOf('roles.json')).gateway.process.residentBytes).toBeGreaterThan(0);
  expect(textOf('log.txt')).toContain('a line about');
  expect(textOf('CONTENTS.txt')).not.toContain('MISSING');
}, 60_000);

test('a configuration that cannot be read, and programs that are not there, leave a bundle that says so', async () => {
  const file = join(tempFolder(), 'coldgate.yaml');
  writeFileSync(file, 'gateway: { name: truck-17 }\nnonsense: true\n');
  vi.stubEnv('PATH', '/nonexistent');
  const { exitCode, textOf, files } = await bundle(file);
  expect(exitCode).toBe(0);
  for (const name of ['status.json', 'journal.json', 'roles.json', 'log.txt', 'kernel.txt'])
    expect(textOf('CONTENTS.txt')).toMatch(new RegExp(`^${name}: MISSING, .`, 'm'));
  expect(files.map(({ name }) => name)).toEqual([
    ...['CONTENTS.txt', 'versions.json', 'machine.json', 'configuration.json', 'doctor.json'],
  ]);
  expect(textOf('doctor.json')).toContain('"finding"');
});

test('a part that hangs is named, and the others are there', async () => {
  const parts = [
    { name: 'slow.json', collect: () => new Promise(() => {}) },
    { name: 'broken.json', collect: () => Promise.reject(new Error('no such file of Ada Example')) },
    { name: 'good.json', collect: () => ({ a: 1 }) },
  ];
  const files = await bundleFiles(parts, new Redaction(['Ada Example']), 20);
  expect(files.map(({ name }) => name)).toEqual(['CONTENTS.txt', 'good.json']);
  expect(files[0]?.text).toMatch(/^slow\.json: MISSING, not there within 0\.02 s$/m);
  expect(files[0]?.text).toMatch(/^broken\.json: MISSING, no such file of \[name [0-9a-f]{8}\]$/m);
});

test('nothing is overwritten, and the file says what it is', async () => {
  const file = join(tempFolder(), 'coldgate.yaml');
  writeFileSync(file, 'nonsense: true\n');
  const io = capturedIo();
  expect(await runProgram(['diag', '-c', file, '-o', 'bundle.tar'], io)).toBe(2);
  const taken = join(tempFolder(), 'bundle.zip');
  writeFileSync(taken, 'mine');
  expect(await runProgram(['diag', '-c', file, '-o', taken, '--offline'], io)).not.toBe(0);
  expect(readFileSync(taken, 'utf8')).toBe('mine');
});

test('the same text has the same mark in one bundle, another in the next, and words are not cut', () => {
  const [one, other] = [new Redaction(['on', 'basel']), new Redaction(['basel'])];
  const told = one.text('connection on Basel, then basel again; console on');
  const [mark] = /\[name [0-9a-f]{8}\](?=,)/.exec(told) ?? [''];
  expect(told.split(mark)).toHaveLength(3);
  expect(told).toMatch(/^connection \[name [0-9a-f]{8}\] /);
  expect(other.text('basel')).not.toBe(mark);
});
