// One script, two kinds of port: memory with fake time, and a real tty of the kernel.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock, systemTimers, type Timers } from '../../../firmware-bridge/clock.js';
import type { DeviceHandle } from '../../../firmware-bridge/device.js';
import { startM100Reader } from '../../../firmware-bridge/m100/start-m100-reader.js';
import { startModbusBus } from '../../../firmware-bridge/modbus/start-modbus-bus.js';
import type { Clock } from '../../../firmware-bridge/observation.js';
import { type FaultTarget, playFaults } from '../../../firmware-bridge/simulators/fault-player.js';
import { parseFaultScript } from '../../../firmware-bridge/simulators/fault-script.js';
import { M100Simulator } from '../../../firmware-bridge/simulators/m100-simulator.js';
import { ModbusSimulator } from '../../../firmware-bridge/simulators/modbus-simulator.js';
import type { SimulatedDevice } from '../../../firmware-bridge/simulators/simulated-device.js';
import { serveOverTty } from '../../../firmware-bridge/simulators/stream-server.js';
import { FaultyWire } from '../../../firmware-bridge/simulators/wire-faults.js';
import { openTransport } from '../../../firmware-bridge/transport/open-transport.js';
import type { OpenTransport } from '../../../firmware-bridge/transport/transport.js';
import { eventually } from '../eventually.js';
import { FakeTime } from '../fake-time.js';
import { MemoryPort } from '../memory-port.js';
import { Observed } from '../observed.js';
import { hasProgram } from '../peer-program.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const badCable = `
700ms  corrupt-byte 4 0x20
800ms  duplicate
900ms  noise 64
1s     drop-byte 3
1100ms late 400ms
1800ms unplug
4800ms plug-in as ttyUSB1
`;
const script = parseFaultScript(badCable);
const steps = script.kind === 'script' ? script.steps : [];

const epc = 'e20010710000529b0940b402';
const temperatureMilliC = 4100;
const humidityMilliPercent = 55_500;

interface Rig {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly open: OpenTransport;
  readonly target: FaultTarget;
  until(what: string, isTrue: () => boolean): Promise<void>;
}

const kinds: [string, (make: (clock: Clock, timers: Timers) => SimulatedDevice) => Promise<Rig>][] = [
  [
    'memory',
    async (make) => {
      const time = new FakeTime();
      const wire = new FaultyWire(make(time, time), time);
      const port = new MemoryPort(wire);
      return {
        clock: time,
        timers: time,
        open: port.open,
        target: { wire, unplug: () => port.unplug(), plugIn: () => port.plugIn(wire) },
        until: async (what, isTrue) => {
          for (let round = 0; round < 600 && !isTrue(); round += 1) await time.pass(100);
          if (!isTrue()) throw new Error(`never: ${what}`);
        },
      };
    },
  ],
];
if (hasProgram('socat')) {
  kinds.push([
    'a real tty',
    async (make) => {
      const folder = await mkdtemp(join(tmpdir(), 'coldgate-faults-'));
      cleanups.push(() => rm(folder, { recursive: true }));
      const wire = new FaultyWire(make(systemClock, systemTimers));
      const port = await serveOverTty(wire, join(folder, 'usb-adapter'));
      cleanups.push(() => port.close());
      return {
        clock: systemClock,
        timers: systemTimers,
        open: openTransport(port.port, { baudRate: 115_200 }),
        target: { wire, unplug: () => port.unplug(), plugIn: (as) => port.plugIn(as) },
        until: (what, isTrue) => eventually(what, isTrue),
      };
    },
  ]);
}

describe.each(kinds)('a bad cable and another tty name, over %s', (_name, rigOf) => {
  async function survives(rig: Rig, handle: DeviceHandle, observed: Observed, readings: () => number) {
    cleanups.push(() => handle.close());
    await rig.until('readings', () => readings() > 0);
    const player = playFaults(steps, rig.target, { timers: rig.timers });
    let isOver = false;
    const over = player.done.then(() => {
      isOver = true;
    });
    await rig.until('the end of the script', () => isOver);
    await over;
    const before = readings();
    await rig.until('readings again', () => readings() >= before + 3);
    const conditions = observed.conditionsOf(handle.id);
    const words = conditions.map(({ condition }) => condition);
    expect(words.filter((word) => word === 'ready')).toHaveLength(2);
    expect(words).toContain('absent');
    expect(words).not.toContain('device-changed');
    expect(conditions.filter(({ condition }) => condition === 'faulted')).toEqual([]);
    const troubles = conditions.filter(({ condition }) => condition === 'absent').map(({ reason }) => reason);
    expect(new Set(troubles).size).toBe(troubles.length);
    expect(handle.counters().opens).toBe(2);
    expect(handle.counters().discardedBytes).toBeGreaterThan(0);
  }

  it('an M100 reader goes on, and no tag is seen that is not there', async () => {
    const rig = await rigOf((_clock, timers) => new M100Simulator({ epcs: [epc], timers }));
    const observed = new Observed();
    const { open, clock, timers } = rig;
    const reader = startM100Reader({
      id: 'dock',
      open,
      clock,
      timers,
      random: () => 0.5,
      mergeWindowMs: 100,
      sink: observed.sink,
    });
    await survives(rig, reader, observed, () => observed.sightings().length);
    expect(new Set(observed.sightings().map((sighting) => sighting.epc))).toEqual(new Set([epc]));
  });

  it('a Modbus bus goes on, and no reading is that of another register or time', async () => {
    const rig = await rigOf(
      (clock, timers) =>
        new ModbusSimulator({
          clock,
          timers,
          probes: [
            {
              unit: 1,
              profile: 'xy-md02',
              temperatureMilliC: () => temperatureMilliC,
              humidityMilliPercent: () => humidityMilliPercent,
            },
          ],
        }),
    );
    const observed = new Observed();
    const { open, clock, timers } = rig;
    const bus = startModbusBus({
      id: 'bus',
      open,
      clock,
      timers,
      random: () => 0.5,
      cadenceMs: 500,
      replyTimeoutMs: 200,
      probes: [{ sensorId: 'front', unit: 1, profile: 'xy-md02', humiditySensorId: 'front-rh' }],
      sink: observed.sink,
    });
    await survives(rig, bus, observed, () => observed.temperatures('front').length);
    for (const reading of observed.all) {
      if (reading.kind === 'temperature') {
        expect(reading).toMatchObject({ sensorId: 'front', temperatureMilliC, quality: 'good' });
      }
      if (reading.kind === 'humidity') {
        expect(reading).toMatchObject({ sensorId: 'front-rh', humidityMilliPercent, quality: 'good' });
      }
    }
    const words = observed.conditions('front').filter((word) => word.startsWith('probe-'));
    expect(words.every((word, index) => word !== words[index - 1])).toBe(true);
  });
});
