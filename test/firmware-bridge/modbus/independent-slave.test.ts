// Our bus against a slave that others wrote (modbus-serial), over a pair of real ttys.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerSerial } from 'modbus-serial';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../firmware-bridge/clock.js';
import { startModbusBus } from '../../../firmware-bridge/modbus/start-modbus-bus.js';
import { openTransport } from '../../../firmware-bridge/transport/open-transport.js';
import { eventually } from '../eventually.js';
import { Observed } from '../observed.js';
import { hasProgram } from '../peer-program.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function ttyPair(): Promise<[string, string]> {
  const folder = await mkdtemp(join(tmpdir(), 'coldgate-pair-'));
  cleanups.push(() => rm(folder, { recursive: true }));
  const ends: [string, string] = [join(folder, 'a'), join(folder, 'b')];
  const child: ChildProcess = spawn(
    'socat',
    ends.map((end) => `PTY,raw,echo=0,link=${end}`),
    { stdio: 'ignore' },
  );
  cleanups.push(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  await eventually('the ttys', () => ends.every((end) => existsSync(end)));
  return ends;
}

async function slaveOn(path: string): Promise<void> {
  const inputRegisters: Record<number, number> = { 1: 0x10000 - 185, 2: 612 };
  const holdingRegisters: Record<number, number> = { 259: 0x10000 - 15, 260: 20 };
  type Answer = (error: Error | null, value: number) => void;
  const register =
    (registers: Record<number, number>) => (address: number, _unit: number, answer: Answer) => {
      const value = registers[address];
      if (value === undefined) answer(Object.assign(new Error('no register'), { modbusErrorCode: 2 }), 0);
      else answer(null, value);
    };
  const slave = new ServerSerial(
    {
      getInputRegister: register(inputRegisters),
      getHoldingRegister: register(holdingRegisters),
    },
    { path, baudRate: 9600, unitID: 1 },
  );
  cleanups.push(() => new Promise<void>((resolve) => slave.close(() => resolve())));
  await once(slave, 'initialized');
}

describe.skipIf(!hasProgram('socat'))('an independent Modbus slave', () => {
  it('is read by our master without a timeout or a bad check', async () => {
    const [ours, theirs] = await ttyPair();
    await slaveOn(theirs);
    const observed = new Observed();
    const bus = startModbusBus({
      id: 'bus',
      open: openTransport(ours, { baudRate: 9600 }),
      clock: systemClock,
      cadenceMs: 500,
      replyTimeoutMs: 400,
      probes: [{ sensorId: 'front', unit: 1, profile: 'xy-md02', humiditySensorId: 'front-rh' }],
      sink: observed.sink,
    });
    cleanups.push(() => bus.close());
    await eventually('readings', () => observed.temperatures('front').length > 1);
    expect(observed.temperatures('front')[0]).toMatchObject({ temperatureMilliC: -18_500, quality: 'good' });
    expect(observed.all).toContainEqual(
      expect.objectContaining({ kind: 'humidity', humidityMilliPercent: 61_200, quality: 'good' }),
    );
    expect(
      observed.all.flatMap((one) =>
        one.kind === 'calibration-offset' ? [[one.register, one.offsetMilli]] : [],
      ),
    ).toEqual([
      [0x0103, -1500],
      [0x0104, 2000],
    ]);
    expect(bus.counters()).toMatchObject({ badChecks: 0, timeouts: 0 });
  });

  it('says in the records that the profile does not fit', async () => {
    const [ours, theirs] = await ttyPair();
    await slaveOn(theirs);
    const observed = new Observed();
    const bus = startModbusBus({
      id: 'bus',
      open: openTransport(ours, { baudRate: 9600 }),
      clock: systemClock,
      cadenceMs: 500,
      replyTimeoutMs: 400,
      // Register 0 does not exist on this slave.
      probes: [{ sensorId: 'front', unit: 1, profile: 'eid041' }],
      sink: observed.sink,
    });
    cleanups.push(() => bus.close());
    await eventually('a fault', () => observed.temperatures('front').length > 0);
    expect(observed.temperatures('front')[0]).toMatchObject({ quality: 'probe-fault' });
    expect(observed.conditionsOf('front')[0]?.reason).toContain('exception 2');
  });
});
