import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../firmware-bridge/clock.js';
import type { DeviceHandle } from '../../../firmware-bridge/device.js';
import { startM100Reader } from '../../../firmware-bridge/m100/start-m100-reader.js';
import { startModbusBus } from '../../../firmware-bridge/modbus/start-modbus-bus.js';
import { M100Simulator } from '../../../firmware-bridge/simulators/m100-simulator.js';
import { ModbusSimulator } from '../../../firmware-bridge/simulators/modbus-simulator.js';
import type { SimulatedDevice } from '../../../firmware-bridge/simulators/simulated-device.js';
import {
  type SimulatedPort,
  serveOverTcp,
  serveOverTty,
} from '../../../firmware-bridge/simulators/stream-server.js';
import { openTransport } from '../../../firmware-bridge/transport/open-transport.js';
import { eventually } from '../eventually.js';
import { Observed } from '../observed.js';
import { hasProgram } from '../peer-program.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const epc = 'e20010710000529b0940b402';
const virtualReader = (): SimulatedDevice => new M100Simulator({ epcs: [epc] });
const virtualBus = (): SimulatedDevice =>
  new ModbusSimulator({ probes: [{ unit: 1, profile: 'xy-md02', temperatureMilliC: () => 4100 }] });

function runReader(port: string, observed: Observed): DeviceHandle {
  const open = openTransport(port, { baudRate: 115_200 });
  const handle = startM100Reader({
    id: 'dock',
    open,
    clock: systemClock,
    mergeWindowMs: 100,
    sink: observed.sink,
  });
  cleanups.push(() => handle.close());
  return handle;
}

function runBus(port: string, observed: Observed): DeviceHandle {
  const handle = startModbusBus({
    id: 'bus',
    open: openTransport(port, { baudRate: 9600, parity: 'none' }),
    clock: systemClock,
    cadenceMs: 500,
    replyTimeoutMs: 300,
    probes: [{ sensorId: 'front', unit: 1, profile: 'xy-md02' }],
    sink: observed.sink,
  });
  cleanups.push(() => handle.close());
  return handle;
}

const wires: [string, (device: SimulatedDevice) => Promise<SimulatedPort>][] = [
  ['TCP', (device) => serveOverTcp(device)],
];
if (hasProgram('socat')) {
  wires.push([
    'a real tty',
    async (device) => {
      const folder = await mkdtemp(join(tmpdir(), 'coldgate-tty-'));
      cleanups.push(() => rm(folder, { recursive: true }));
      return serveOverTty(device, join(folder, 'tty'));
    },
  ]);
}

describe.each(wires)('devices over %s', (_name, serve) => {
  async function served(device: SimulatedDevice): Promise<SimulatedPort> {
    const port = await serve(device);
    cleanups.push(() => port.close());
    return port;
  }

  it('a reader is identified and its tags are seen', async () => {
    const observed = new Observed();
    const reader = runReader((await served(virtualReader())).port, observed);
    await eventually('a sighting', () => observed.sightings().length > 0);
    expect(observed.sightings()[0]).toMatchObject({ epc, readerId: 'dock' });
    expect(reader.counters()).toMatchObject({ badChecks: 0, discardedBytes: 0, opens: 1 });
  });

  it('a bus of probes is read', async () => {
    const observed = new Observed();
    runBus((await served(virtualBus())).port, observed);
    await eventually('readings', () => observed.temperatures('front').length > 1);
    expect(observed.temperatures('front')[0]).toMatchObject({ temperatureMilliC: 4100, quality: 'good' });
  });

  it('a pulled cable is noticed at once, and reading goes on when it is back', async () => {
    const observed = new Observed();
    const port = await served(virtualReader());
    const reader = runReader(port.port, observed);
    await eventually('ready', () => reader.state() === 'ready');
    await port.unplug();
    await eventually('absent', () => reader.state() === 'absent');
    const seen = observed.sightings().length;
    await port.plugIn();
    await eventually('ready again', () => reader.state() === 'ready');
    await eventually('another sighting', () => observed.sightings().length > seen + 1);
    expect(observed.conditions('dock')).not.toContain('device-changed');
  });

  it('a port that is not there yet is waited for', async () => {
    const observed = new Observed();
    const port = await served(virtualReader());
    await port.unplug();
    const reader = runReader(port.port, observed);
    await eventually('absent', () => observed.conditions('dock').includes('absent'));
    await port.plugIn();
    await eventually('ready', () => reader.state() === 'ready');
  });
});

describe.skipIf(wires.length < 2)('a real tty', () => {
  it('is refused to a second opener as locked', async () => {
    if (process.getuid?.() === 0)
      console.warn('running as root: the kernel lock does not bind root across processes');
    const folder = await mkdtemp(join(tmpdir(), 'coldgate-tty-'));
    cleanups.push(() => rm(folder, { recursive: true }));
    const port = await serveOverTty(virtualReader(), join(folder, 'tty'));
    cleanups.push(() => port.close());
    const open = openTransport(port.port, { baudRate: 115_200 });
    const first = await open();
    cleanups.push(() => first.close());
    await expect(open()).rejects.toMatchObject({ code: 'PORT_LOCKED' });
    await first.close();
    const second = await open();
    await second.close();
  });
});
