// Settings tried out before they are saved: against a device on a wire, a broker and a ledger, right and wrong.

import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { hexlify } from 'ethers/utils';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { ModbusSimulator } from '../../../../firmware-bridge/simulators/modbus-simulator.js';
import { serveOverTcp } from '../../../../firmware-bridge/simulators/stream-server.js';
import {
  type TrialJob,
  type TrialSubject,
  trySetting,
} from '../../../../gateway/console/setup/setting-trial.js';
import { TrialDesk, tryInProcess } from '../../../../gateway/console/setup/trial-desk.js';
import { type Anvil, startAnvil } from '../../../ledger-sync/anvil.js';
import { deployTestLedger, type TestLedger } from '../../../ledger-sync/test-ledger.js';
import { tempFolder } from '../../temp-folder.js';
import { TestBroker } from '../../test-broker.js';

const gateway = `0x${'70'.repeat(20)}`;

function jobOf(subject: TrialSubject, ...lines: string[]): TrialJob {
  return {
    text: ['gateway: { name: truck-17 }', ...lines, ''].join('\n'),
    folder: tempFolder(),
    gateway,
    subject,
  };
}

const deviceLines = (port: number, unit = 1) => [
  'devices:',
  `  - { id: bus, type: modbus, port: 'tcp://127.0.0.1:${port}', cadenceMs: 500, replyTimeoutMs: 100,`,
  `      probes: [ { sensorId: cargo-front, unit: ${unit}, profile: xy-md02 } ] }`,
];
const bus: TrialSubject = { kind: 'device', id: 'bus' };

describe('a probe', () => {
  const port = async () => {
    const probes = [{ unit: 1, profile: 'xy-md02', temperatureMilliC: () => 4100 }] as const;
    const served = await serveOverTcp(new ModbusSimulator({ probes }));
    onTestFinished(() => served.close());
    return Number(new URL(served.port).port);
  };

  test('is read, by a process of its own', async () => {
    const told = await tryInProcess(jobOf(bus, ...deviceLines(await port())));
    expect(told).toMatchObject({ isOk: true, code: 'DEVICE_ANSWERS' });
    expect(told.message).toContain('cargo-front reads 4.1 degC');
  });

  test('passes only when every probe of its bus was read', async () => {
    const [begin = '', middle = '', end = ''] = deviceLines(await port());
    const second = ', { sensorId: cargo-rear, unit: 9, profile: xy-md02 } ] }';
    const lines = [begin, middle, end.replace(/ \] \}$/, second)];
    const told = await trySetting(jobOf(bus, ...lines), { deviceMs: 2500, brokerMs: 1 });
    expect(told).toMatchObject({ isOk: false, code: 'DEVICE_SILENT' });
    expect(told.message).toContain('no reading of cargo-rear; cargo-front reads 4.1 degC');
  });

  test('that is there alone is read', async () => {
    const told = await trySetting(jobOf(bus, ...deviceLines(await port())));
    expect(told).toMatchObject({ isOk: true, code: 'DEVICE_ANSWERS' });
    expect(told.message).toContain('cargo-front reads 4.1 degC');
  });

  test('that is not there is told with the last word of its port', async () => {
    const job = jobOf(bus, ...deviceLines(await port(), 9));
    const told = await trySetting(job, { deviceMs: 1500, brokerMs: 1 });
    expect(told).toMatchObject({ isOk: false, code: 'DEVICE_SILENT' });
    expect(told.message).toMatch(/^no reading of cargo-front; /);
  });
});

describe('a broker', () => {
  const fleet: TrialSubject = { kind: 'broker', name: 'fleet' };
  const linesOf = (port: number) => [
    `publish: { brokers: [ { name: fleet, url: 'mqtt://127.0.0.1:${port}' } ] }`,
  ];

  test('that answers takes the connection, and nothing is published', async () => {
    const broker = new TestBroker();
    await broker.start();
    onTestFinished(() => broker.kill());
    expect(await trySetting(jobOf(fleet, ...linesOf(broker.port)))).toMatchObject({
      isOk: true,
      code: 'BROKER_ANSWERS',
    });
    expect(broker.published).toEqual([]);
  });

  test('that is not there, or is something else, refuses', async () => {
    expect(await trySetting(jobOf(fleet, ...linesOf(1)))).toMatchObject({
      isOk: false,
      code: 'BROKER_REFUSES',
    });
    const other = createServer((socket) => socket.end('SSH-2.0-secret-banner\r\n'));
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
    onTestFinished(() => void other.close());
    const told = await trySetting(jobOf(fleet, ...linesOf((other.address() as AddressInfo).port)));
    expect(told.isOk).toBe(false);
    // What another service says is nobody's business here.
    expect(told.message).not.toContain('secret-banner');
  });

  test('of the gateway itself needs no test', async () => {
    const lines = [
      'mqttIntake: { listen: { port: 1883 } }',
      'publish: { brokers: [ { name: fleet, url: embedded } ] }',
    ];
    expect(await trySetting(jobOf(fleet, ...lines))).toMatchObject({ isOk: true, code: 'BROKER_EMBEDDED' });
  });
});

describe('a ledger', () => {
  let anvil: Anvil;
  let ledger: TestLedger;
  beforeAll(async () => {
    anvil = await startAnvil();
    ledger = await deployTestLedger(anvil.url);
  });
  afterAll(() => anvil.stop());
  const ask = (changes: { chainId?: number; contract?: string; rpcUrl?: string } = {}) => {
    const { chainId, verifyingContract } = ledger.domain;
    const settings = { rpcUrl: anvil.url, chainId, contract: hexlify(verifyingContract), ...changes };
    const folder = tempFolder();
    for (const name of ['payer.json', 'payer']) writeFileSync(join(folder, name), '');
    const text = `gateway: { name: truck-17 }\nledger: ${JSON.stringify(settings)}\n`;
    return trySetting({ text, folder, gateway, subject: { kind: 'ledger' } });
  };

  test('tells its chain, that the contract is genuine, and whether the gateway is registered', async () => {
    const told = await ask();
    expect(told).toMatchObject({ isOk: true, code: 'LEDGER_ANSWERS' });
    expect(told.message).toContain(
      `chain ${ledger.domain.chainId}, genuine contract; the gateway is not registered`,
    );
  });

  test.each([
    ['another chain', { chainId: 1 }, 'WRONG_CHAIN'],
    ['no contract there', { contract: `0x${'12'.repeat(20)}` }, 'CONTRACT_MISSING'],
    ['nobody at that address', { rpcUrl: 'http://127.0.0.1:1' }, 'RPC_DOWN'],
  ])('%s is told', async (_what, changes, code) => {
    expect(await ask(changes)).toMatchObject({ isOk: false, code });
  });
});

test('what the text does not name is not tried', async () => {
  expect(await trySetting(jobOf(bus))).toMatchObject({ isOk: false, code: 'SETTING_ABSENT' });
  expect(await tryInProcess(jobOf(bus, 'nonsense: true'))).toMatchObject({
    isOk: false,
    code: 'CONFIG_INVALID',
  });
});

describe('the desk', () => {
  const job: TrialJob = { text: '', folder: '/', gateway, subject: bus };
  const ok = { isOk: true, code: 'X', message: '' };

  test('tries one at a time', async () => {
    let end = () => {};
    const desk = new TrialDesk(
      () =>
        new Promise((done) => {
          end = () => done(ok);
        }),
    );
    const first = desk.ask(job, 0);
    expect(await desk.ask(job, 1)).toBeUndefined();
    end();
    expect(await first).toBe(ok);
    const third = desk.ask(job, 2);
    end();
    expect(await third).toBe(ok);
  });

  test('tries twelve in a minute at most', async () => {
    const desk = new TrialDesk(async () => ok);
    for (let count = 0; count < 12; count += 1) expect(await desk.ask(job, count)).toBe(ok);
    expect(await desk.ask(job, 59_999)).toBeUndefined();
    expect(await desk.ask(job, 60_000)).toBe(ok);
    expect(await desk.ask(job, 60_000)).toBeUndefined();
  });

  test('tries again after a failure', async () => {
    const desk = new TrialDesk(() => Promise.reject(new Error('no process')));
    await expect(desk.ask(job, 0)).rejects.toThrow('no process');
    await expect(desk.ask(job, 1)).rejects.toThrow('no process');
  });
});
