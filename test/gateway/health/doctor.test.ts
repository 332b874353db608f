// `coldgate doctor`: each trouble is found, with what mends it, beside what is fine; nobody is asked offline.

import { chmodSync, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../../config/load.js';
import { runProgram } from '../../../gateway/cli/program.js';
import { diagnose, fine, found } from '../../../gateway/health/doctor/doctor-check.js';
import { machineChecks, memoryWord } from '../../../gateway/health/doctor/machine-checks.js';
import { capturedIo } from '../cli/captured-io.js';
import { tempFolder } from '../temp-folder.js';
import { startTestBroker } from '../test-broker.js';

interface Told {
  readonly findings: number;
  readonly isGatewayRunning: boolean;
  readonly checks: readonly { id: string; outcome: string; found: string; mend?: string }[];
}

async function doctor(file: string, ...options: string[]) {
  const io = capturedIo();
  const exitCode = await runProgram(['doctor', '-c', file, '--json', ...options], io);
  const out = io.outLines.join('\n');
  return { exitCode, err: io.errLines.join('\n'), told: out === '' ? undefined : (JSON.parse(out) as Told) };
}

/** A folder as `coldgate init` makes it, with these lines as its configuration. */
async function configured(...lines: string[]) {
  const folder = tempFolder();
  expect(await runProgram(['init', folder, '--name', 'truck-17'], capturedIo())).toBe(0);
  const file = join(folder, 'coldgate.yaml');
  writeFileSync(
    file,
    ['gateway: { name: truck-17 }', 'clock: { trust: synchronised }', ...lines, ''].join('\n'),
  );
  mkdirSync(join(folder, 'data'));
  return { folder, file };
}

const of = (told: Told | undefined, id: string) => (told?.checks ?? []).filter((check) => check.id === id);

test('a fresh gateway that never ran has nothing to mend but what this machine lacks', async () => {
  const { file } = await configured();
  const { told, exitCode } = await doctor(file, '--offline');
  const ids = told?.checks.map(({ id }) => id);
  for (const id of [
    'node',
    'sqlite',
    'disk-room',
    'configuration',
    'secret-files',
    'device-key',
    'clock',
    'memory',
  ])
    expect(of(told, id), id).toMatchObject([{ outcome: 'fine' }]);
  expect(of(told, 'journal')).toMatchObject([{ outcome: 'skipped' }]);
  expect(told?.isGatewayRunning).toBe(false);
  expect(new Set(ids).size).toBe(ids?.length);
  // A file system in memory, or a machine under systemd without the unit.
  const others = (told?.checks ?? []).filter(({ outcome }) => outcome === 'finding').map(({ id }) => id);
  expect(others.filter((id) => !['file-system', 'systemd-unit', 'real-time-clock'].includes(id))).toEqual([]);
  expect(exitCode).toBe(others.length === 0 ? 0 : 1);
});

test('a data folder that the first start will make is no finding', async () => {
  const { file, folder } = await configured();
  rmdirSync(join(folder, 'data'));
  const { told } = await doctor(file, '--offline');
  for (const id of ['sqlite', 'disk-room', 'flush'])
    expect(of(told, id)).toMatchObject([{ outcome: 'skipped' }]);
  expect(existsSync(join(folder, 'data'))).toBe(false);
});

test('every finding says what mends it, on a line of its own', async () => {
  const { file, folder } = await configured('devices: [ { id: bus, type: m100, port: /dev/ttyCOLDGATE9 } ]');
  chmodSync(join(folder, 'keys', 'device-key.json'), 0o644);
  const { told, exitCode } = await doctor(file, '--offline');
  expect(exitCode).toBe(1);
  expect(of(told, 'secret-files')).toMatchObject([
    {
      outcome: 'finding',
      found: expect.stringContaining('0644'),
      mend: expect.stringContaining('chmod 600'),
    },
  ]);
  expect(of(told, 'device-port')).toMatchObject([
    {
      outcome: 'finding',
      found: 'bus: /dev/ttyCOLDGATE9 is not there',
      mend: expect.stringContaining('coldgate ports'),
    },
  ]);
  const io = capturedIo();
  expect(await runProgram(['doctor', '-c', file, '--offline'], io)).toBe(1);
  const text = io.outLines.join('\n');
  expect(text).toMatch(/MEND device-port {6}bus: .* is not there\n +-> plug it in/);
  expect(io.outLines.at(-1)).toMatch(/^\d+ to mend \(\d+ fine, \d+ to know, \d+ not looked at\)\.$/);
  for (const { outcome, mend } of told?.checks ?? [])
    expect(mend !== undefined).toBe(outcome === 'finding' || outcome === 'notice');
});

test('a file with problems is what it found; no file at all is wrong use', async () => {
  const { file } = await configured('devices: [ { id: bus, type: toaster } ]', 'nonsense: 1');
  const { told, exitCode } = await doctor(file);
  expect(exitCode).toBe(1);
  expect(told?.checks.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
    ...['configuration finding', 'configuration finding'],
  ]);
  expect(await doctor(join(tempFolder(), 'none.yaml'))).toMatchObject({ exitCode: 2, told: undefined });
});

test('a journal that is damaged is found, and the rest is looked at', async () => {
  const { file, folder } = await configured();
  writeFileSync(
    join(folder, 'data', 'journal.db'),
    'no database at all, but long enough to be read as one'.repeat(99),
    { mode: 0o600 },
  );
  const { told, exitCode } = await doctor(file, '--offline');
  expect(exitCode).toBe(1);
  expect(of(told, 'journal')).toMatchObject([{ outcome: 'finding' }, { outcome: 'skipped' }]);
  expect(of(told, 'memory')).toHaveLength(1);
});

test('a port that another program holds is found', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  const { file } = await configured(`console: { listen: { host: 127.0.0.1, port: ${port} } }`);
  expect(of((await doctor(file, '--offline')).told, 'listen-port')).toMatchObject([
    { outcome: 'finding', found: expect.stringContaining('held by another program') },
  ]);
  other.close();
  await new Promise((resolve) => other.once('close', resolve));
  expect(of((await doctor(file, '--offline')).told, 'listen-port')).toMatchObject([{ outcome: 'fine' }]);
});

describe('brokers and the ledger', () => {
  const broker = (url: string) => `publish: { brokers: [ { name: hq, url: '${url}' } ] }`;

  test('a broker is tried up to its login, and offline not at all', async () => {
    const test_ = await startTestBroker();
    const { file } = await configured(broker(`mqtt://127.0.0.1:${test_.port}`));
    expect(of((await doctor(file)).told, 'broker')).toMatchObject([
      { outcome: 'fine', found: expect.stringContaining('takes the login') },
    ]);
    expect(of((await doctor(file, '--offline')).told, 'broker')).toMatchObject([{ outcome: 'skipped' }]);
  });

  test('the step that fails is named: the name, the connection, the login', async () => {
    const deaf = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    onTestFinished(() => void deaf.close());
    await new Promise((resolve) => deaf.once('listening', resolve));
    const { port } = deaf.address() as AddressInfo;
    const word = async (url: string) => {
      const { file } = await configured(broker(url));
      return of((await doctor(file)).told, 'broker')[0];
    };
    expect(await word('mqtt://no-such-host.invalid')).toMatchObject({
      found: expect.stringContaining('nobody knows the name'),
    });
    expect(await word('mqtt://127.0.0.1:9')).toMatchObject({
      found: expect.stringContaining('takes no connection'),
    });
    expect(await word(`mqtt://127.0.0.1:${port}`)).toMatchObject({
      ...{ outcome: 'finding', found: expect.stringContaining('not the login') },
      mend: expect.stringContaining('passwordFile'),
    });
  });

  test('a node of another chain and a payer without money are found; a key in the address is not told', async () => {
    const answers: Record<string, string> = { eth_chainId: '0x1', eth_getBalance: '0x5' };
    const node = createHttpServer((request, response) => {
      let body = '';
      request.on('data', (piece) => {
        body += piece;
      });
      request.on('end', () => {
        const { id, method } = JSON.parse(body) as { id: number; method: string };
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ jsonrpc: '2.0', id, result: answers[method] ?? '0x' }));
      });
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void node.close());
    await new Promise((resolve) => node.once('listening', resolve));
    const { port } = node.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/v3/SECRETKEY`;
    const { file } = await configured(
      `ledger: { chainId: 31337, contract: '0x5FbDB2315678afecb367f032d93F642f64180aa3', rpcUrl: '${url}' }`,
    );
    const { told } = await doctor(file);
    expect(of(told, 'ledger')).toMatchObject([{ outcome: 'finding' }]);
    expect(of(told, 'payer')).toMatchObject([
      { outcome: 'finding', found: expect.stringContaining('has 0 gwei') },
    ]);
    expect(JSON.stringify(told)).not.toContain('SECRETKEY');
  });
});

describe('the machine', () => {
  const unit = readFileSync('config/systemd/coldgate.service', 'utf8');

  async function words(roots: Parameters<typeof machineChecks>[2], id: string) {
    const { file } = await configured();
    const checks = machineChecks(loadConfig(file), Date.now(), roots).filter((check) => check.id === id);
    return diagnose(checks, { isOffline: true });
  }

  test('the unit that ships is fine, one without its watchdog or as root is not, and none at all is found', async () => {
    const folder = tempFolder();
    const manager = folder;
    expect(await words({ manager, unitFolders: [folder] }, 'systemd-unit')).toMatchObject([
      { outcome: 'finding', mend: expect.stringContaining('systemctl enable --now coldgate') },
    ]);
    writeFileSync(join(folder, 'coldgate.service'), unit);
    expect(await words({ manager, unitFolders: [folder] }, 'systemd-unit')).toMatchObject([
      { outcome: 'fine' },
    ]);
    writeFileSync(
      join(folder, 'coldgate.service'),
      unit.replace(/^WatchdogSec=.*\n/m, '').replace(/^User=.*$/m, 'User=root'),
    );
    expect(await words({ manager, unitFolders: [folder] }, 'systemd-unit')).toMatchObject([
      { outcome: 'finding', found: expect.stringMatching(/lacks WatchdogSec=, User=/) },
    ]);
    expect(await words({ manager: join(folder, 'none') }, 'systemd-unit')).toMatchObject([
      { outcome: 'skipped' },
    ]);
  });

  test('a real-time clock that is years off, and none, are told', async () => {
    const rtc = tempFolder();
    writeFileSync(join(rtc, 'since_epoch'), String(Math.floor(Date.now() / 1000)));
    expect(await words({ rtc }, 'real-time-clock')).toMatchObject([{ outcome: 'fine' }]);
    writeFileSync(join(rtc, 'since_epoch'), '86400');
    expect(await words({ rtc }, 'real-time-clock')).toMatchObject([{ outcome: 'finding' }]);
    expect(await words({ rtc: join(rtc, 'none') }, 'real-time-clock')).toMatchObject([{ outcome: 'notice' }]);
  });

  test('memory that runs out is found', () => {
    expect(memoryWord('MemTotal: 1 kB\nMemAvailable:   196608 kB\n').outcome).toBe('fine');
    expect(memoryWord('MemAvailable:   196607 kB\n').outcome).toBe('finding');
  });
});

test('a check that throws or hangs is a finding, and the next one is made', async () => {
  const check = (id: string, look: () => Promise<ReturnType<typeof fine>>) => ({ id, mend: 'mend it', look });
  const diagnoses = await diagnose(
    [
      check('throws', async () => {
        throw new Error('broken');
      }),
      check('hangs', () => new Promise(() => {})),
      check('tells', async () => found('\u001b[31mred', 'paint it')),
      check('works', async () => fine('well')),
    ],
    { isOffline: false, limitMs: 20 },
  );
  expect(diagnoses).toMatchObject([
    { id: 'throws', outcome: 'finding', found: 'broken', mend: 'mend it' },
    { id: 'hangs', outcome: 'finding', found: expect.stringContaining('no answer within') },
    { id: 'tells', mend: 'paint it', found: expect.not.stringContaining('\u001b') },
    { id: 'works', outcome: 'fine' },
  ]);
});
