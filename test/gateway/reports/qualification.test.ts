// The qualification: what a sound machine gives, that each check can fail, and that what is judged in it is what the published
// vectors say.

import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../../config/load.js';
import { runQualify } from '../../../gateway/cli/qualify-command.js';
import type { SignParts } from '../../../gateway/cli/qualify-sign.js';
import { alarmScenarios } from '../../../gateway/reports/qualification/alarm-scenarios.js';
import { examine, passed } from '../../../gateway/reports/qualification/check.js';
import { mountFinding } from '../../../gateway/reports/qualification/machine-checks.js';
import { mountOf } from '../../../gateway/reports/qualification/mount.js';
import {
  type Qualification,
  qualificationSchema,
  qualify,
} from '../../../gateway/reports/qualification/qualification.js';
import { knownAnswers, scenarioFailures } from '../../../gateway/reports/qualification/self-test.js';
import { qualificationHandlers } from '../../../gateway/reports/qualification/sign-qualification.js';
import { StateStore } from '../../../gateway/requests/state-store.js';
import { createKeyFile, createPassphraseFile, readPassphrase } from '../../../gateway/sealing/key-file.js';
import { hasProgram } from '../../firmware-bridge/peer-program.js';
import { capturedIo } from '../cli/captured-io.js';
import { deviceKey, journalReaderOf } from '../test-log.js';
import { dana, Journey, START_MS } from './journey.js';
import { textOf } from './pdf-tools.js';
import { cold } from './two-days.js';

interface VectorFile {
  readonly scenarios: readonly {
    readonly id: string;
    readonly profile: string;
    readonly intervalMin: number;
    readonly maxGapMin: number;
    readonly ignoreMin: number;
    readonly segments: unknown;
    readonly expectAlarmAtMin: unknown;
    readonly expectMinutesInViolation: unknown;
  }[];
}

const vectors: VectorFile = JSON.parse(
  readFileSync(new URL('../../vectors/alarm/alarm-vectors.json', import.meta.url), 'utf8'),
);

const dates = "certificate: K-1, calibratedOn: '2026-02-01', dueOn: '2027-01-31', uncertaintyMilliC: 200";
const sound = [
  'clock: { trust: synchronised }',
  `calibrations: [ { sensorId: cargo, serial: A, ${dates} } ]`,
  'excursions: [ { sensorId: cargo, highMilliC: 8000 } ]',
].join('\n');

/** A gateway with its key, on a journal that this key has signed. */
async function gatewayWith(more: string) {
  const journey = new Journey({ profile: cold, probes: ['cargo'] });
  for (let index = 0; index < 5; index++) journey.after(1).reading('cargo', 5000).seal();
  const { path } = journey.config(`${more}\n`);
  const folder = dirname(path);
  const passphraseFile = join(folder, 'passphrase');
  const keyFile = join(folder, 'device-key.json');
  createPassphraseFile(passphraseFile);
  // What it is given it fills with zeros.
  await createKeyFile(keyFile, readPassphrase(passphraseFile), Uint8Array.from(deviceKey));
  const text = readFileSync(path, 'utf8').replace(
    'gateway: {',
    `gateway: { keyFile: ${JSON.stringify(keyFile)}, passphraseFile: ${JSON.stringify(passphraseFile)},`,
  );
  writeFileSync(path, text);
  return { journey, path, keyFile };
}

async function qualified(more = sound, nowMs = START_MS + 600_000): Promise<Qualification> {
  const { journey, path } = await gatewayWith(more);
  const journal = journalReaderOf(journey.log);
  return qualify({ config: loadConfig(path), journal, user: 'tara', name: undefined, now: () => nowMs });
}

const outcomesOf = ({ checks }: Qualification) =>
  Object.fromEntries(checks.map(({ id, outcome }) => [id, outcome]));

const nobody: SignParts = { submit: () => Promise.reject(new Error('nobody was to be asked')) };

/** That depend on where the test runs. */
const ofTheMachine = ['IQ-04', 'IQ-05', 'IQ-06', 'IQ-07'];

test('a sound gateway passes every check that its machine does not decide', async () => {
  const qualification = await qualified();
  expect(qualificationSchema.safeParse(qualification).success).toBe(true);
  const others = qualification.checks.filter(({ id }) => !ofTheMachine.includes(id));
  expect(others.filter(({ outcome }) => outcome === 'fail')).toEqual([]);
  expect(outcomesOf(qualification)).toMatchObject({
    ...{ 'IQ-03': 'pass', 'IQ-08': 'pass', 'IQ-09': 'pass', 'IQ-10': 'pass', 'IQ-12': 'pass' },
    ...{ 'OQ-01': 'pass', 'OQ-02': 'pass', 'OQ-03': 'pass', 'OQ-04': 'pass' },
    ...{ 'IQ-11': 'not-applicable', 'OQ-20': 'not-applicable', 'OQ-21': 'not-applicable' },
  });
});

test('a probe that is silent, a certificate that ran out and a clock that was never set fail', async () => {
  const late = await qualified(sound.replace('2027-01-31', '2026-03-01'), START_MS + 3_600_000);
  expect(outcomesOf(late)).toMatchObject({ 'OQ-02': 'fail', 'OQ-03': 'fail' });
  expect(late.passed).toBe(false);
  const unset = await qualified(sound.replace('trust: synchronised', 'trust: unsynchronised'));
  expect(outcomesOf(unset)).toMatchObject({ 'IQ-12': 'fail' });
});

test('a port that is not there, a broker and a ledger that do not answer fail; those that do pass', async () => {
  const listening = async (server: Server) => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    onTestFinished(() => void server.close());
    return (server.address() as AddressInfo).port;
  };
  const node = await listening(createServer((_request, response) => response.end('{"result":"0x7a69"}')));
  const networked = (port: number, ledgerPort: number, device: string) =>
    [
      sound,
      `devices: [ { id: bus, type: m100, port: '${device}', region: eu } ]`,
      `publish: { brokers: [ { name: far, url: 'mqtt://127.0.0.1:${port}' } ] }`,
      `ledger: { rpcUrl: 'http://127.0.0.1:${ledgerPort}', chainId: 31337, contract: '0x5FbDB2315678afecb367f032d93F642f64180aa3' }`,
    ].join('\n');
  const there = outcomesOf(await qualified(networked(node, node, `tcp://127.0.0.1:${node}`)));
  expect(there).toMatchObject({ 'IQ-11': 'pass', 'OQ-20': 'pass', 'OQ-21': 'pass' });
  // Port 1 of the loopback: nobody listens there.
  const gone = outcomesOf(await qualified(networked(1, 1, '/dev/no-such-port')));
  expect(gone).toMatchObject({ 'IQ-11': 'fail', 'OQ-20': 'fail', 'OQ-21': 'fail' });
});

test('a log that is broken fails, whatever else is right', async () => {
  const { journey, path } = await gatewayWith(sound);
  const leaf = Uint8Array.from(journey.log.reader.leaf(2) as Uint8Array);
  leaf[40] = (leaf[40] ?? 0) ^ 1;
  journey.log.damage('UPDATE records SET leaf = ? WHERE sequence = 2', leaf);
  const journal = journalReaderOf(journey.log);
  const now = () => START_MS + 600_000;
  const broken = await qualify({ config: loadConfig(path), journal, user: 'tara', name: undefined, now });
  expect(outcomesOf(broken)).toMatchObject({ 'OQ-01': 'fail' });
});

describe('the self-test', () => {
  test('judges exactly the published scenarios', () => {
    expect(alarmScenarios).toEqual(
      vectors.scenarios.map(({ id, profile, intervalMin, maxGapMin, ignoreMin, segments, ...expected }) => ({
        ...{ id, profile, intervalMin, maxGapMin, ignoreMin, segments },
        alarmAtMin: expected.expectAlarmAtMin,
        violationMin: expected.expectMinutesInViolation,
      })),
    );
  });

  test('finds nothing in them, and names a scenario that does not come out', () => {
    expect(scenarioFailures()).toEqual([]);
    const [first, ...rest] = alarmScenarios;
    const wrong = {
      ...first,
      violationMin: { ...first?.violationMin, 'range-high': 7 },
    } as (typeof alarmScenarios)[number];
    expect(scenarioFailures([wrong, ...rest])).toHaveLength(1);
  });

  test.each(knownAnswers().map((one) => [one.title, one] as const))('%s', (_title, { expected, answer }) => {
    expect(answer()).toBe(expected);
  });
});

test('a check that goes wrong is what it found, and the others go on', async () => {
  const about = { title: 'x', expected: 'y' };
  const checks = await examine([
    { ...about, id: 'IQ-1', look: () => Promise.reject(new Error('the card\u001b[2J is gone')) },
    { ...about, id: 'OQ-1', look: () => passed('fine') },
  ]);
  expect(checks).toMatchObject([
    { part: 'installation', outcome: 'fail', found: 'the card?[2J is gone' },
    { part: 'operation', outcome: 'pass' },
  ]);
});

test.each([
  ['a disk', 'ext4', 'rw,relatime', 'rw', 'pass'],
  ['memory', 'tmpfs', 'rw', 'rw', 'fail'],
  ['a share', 'nfs4', 'rw', 'rw', 'fail'],
  ['a disk without barriers', 'ext4', 'rw', 'rw,nobarrier', 'fail'],
  ['a disk that was turned read-only', 'ext4', 'ro', 'ro', 'fail'],
])('%s as the data folder: %s', (_what, fileSystem, options, superOptions, outcome) => {
  const info = [
    '21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/root rw',
    `22 21 8:2 / /var/cold\\040gate ${options} shared:2 - ${fileSystem} /dev/x ${superOptions}`,
    '23 22 8:3 / /var/cold\\040gate/other rw - ext4 /dev/y rw',
  ].join('\n');
  const mount = mountOf('/var/cold gate/data', info);
  expect(mount).toMatchObject({ mountPoint: '/var/cold gate', fileSystem });
  expect(mountFinding(mount).outcome).toBe(outcome);
});

test('the command writes both files, names whoever ran it, and ends with 1 where a check failed', async () => {
  const { path, keyFile } = await gatewayWith(sound);
  chmodSync(keyFile, 0o644);
  const output = join(dirname(path), 'q.pdf');
  const io = capturedIo();
  // The clock of the machine is far from that of the journal, and the key lies open.
  expect(await runQualify({ config: path, output, by: 'Tara Exämple' }, io, nobody)).toBe(1);
  expect(io.outLines.find((line) => line.includes('IQ-09'))).toMatch(/^FAIL/);
  const { qualification } = JSON.parse(readFileSync(output.replace('.pdf', '.json'), 'utf8'));
  expect(qualification).toMatchObject({ passed: false, executedBy: { name: 'Tara Exämple' } });
  if (hasProgram('pdftotext', 'poppler-utils')) {
    const text = textOf(readFileSync(output));
    for (const word of ['NOT PASSED', 'Tara Exämple', 'Approved by', 'OQ-04', 'Page 1 of'])
      expect(text).toContain(word);
  }
  await expect(runQualify({ config: path, output }, io, nobody)).rejects.toMatchObject({
    code: 'FILE_EXISTS',
  });
  await expect(runQualify({ config: path, output: 'q.txt' }, io, nobody)).rejects.toMatchObject({
    code: 'WRONG_USE',
  });
});

test('a qualification is signed by its hash, one that was changed is not, and the log holds who signed as what', async () => {
  const { path } = await gatewayWith(sound);
  const output = join(dirname(path), 'q.pdf');
  const data = output.replace('.pdf', '.json');
  const io = capturedIo();
  await runQualify({ config: path, output }, io, nobody);
  const { sha256 } = JSON.parse(readFileSync(data, 'utf8'));
  const asked: unknown[] = [];
  const [handler] = qualificationHandlers;
  const actor = { ...dana, isSigned: true, signature: { kind: 'test' } };
  const submit: SignParts['submit'] = async (_config, kind, document) => {
    const request = { id: 1, kind, document, createdAtMs: START_MS };
    const state = new StateStore(new Map());
    asked.push(handler?.handle(request, { actor, state, nowMs: START_MS }));
    return { sequence: 7 };
  };
  await runQualify({ config: path, of: data, sign: 'approved' }, io, { submit });
  expect(asked).toMatchObject([
    { ok: true, records: [{ detail: { type: 'qualification-signed', sha256, meaning: 'approved' } }] },
  ]);
  expect(handler).toMatchObject({ needsSignature: true, roles: ['quality', 'administrator'] });
  expect(io.errLines).toEqual(['signed as approved: record 7']);

  const wrong = (options: object) => runQualify({ config: path, ...options }, io, { submit });
  await expect(wrong({ of: data, sign: 'blessed' })).rejects.toMatchObject({ code: 'WRONG_USE' });
  await expect(wrong({ of: data })).rejects.toMatchObject({ code: 'WRONG_USE' });
  await expect(wrong({ of: path, sign: 'approved' })).rejects.toMatchObject({ code: 'WRONG_USE' });
  writeFileSync(data, readFileSync(data, 'utf8').replace('"outcome": "fail"', '"outcome": "pass"'));
  await expect(wrong({ of: data, sign: 'approved' })).rejects.toThrow('was changed');
  expect(asked).toHaveLength(1);
});
