import { afterEach, describe, expect, it } from 'vitest';
import type { DeviceHandle } from '../../../firmware-bridge/device.js';
import { type GpsdClientOptions, startGpsdClient } from '../../../firmware-bridge/gpsd/start-gpsd-client.js';
import {
  GpsdSimulator,
  type GpsdSimulatorOptions,
} from '../../../firmware-bridge/simulators/gpsd-simulator.js';
import { FakeTime } from '../fake-time.js';
import { MemoryPort } from '../memory-port.js';
import { Observed } from '../observed.js';

const running: DeviceHandle[] = [];
afterEach(async () => {
  for (const handle of running.splice(0)) await handle.close();
});

function drive(device: GpsdSimulatorOptions = {}, overrides: Partial<GpsdClientOptions> = {}) {
  const time = new FakeTime();
  const simulator = new GpsdSimulator({ timers: time, clock: time, ...device });
  const port = new MemoryPort(simulator);
  const observed = new Observed();
  const client = startGpsdClient({
    id: 'truck',
    open: port.open,
    clock: time,
    timers: time,
    random: () => 0.5,
    sink: observed.sink,
    ...overrides,
  });
  running.push(client);
  const of = (kind: 'position' | 'time') => observed.all.filter((one) => one.kind === kind);
  return { time, simulator, port, observed, client, of };
}

describe('gpsd client', () => {
  it('asks for the version, watches, and tells position and time at their intervals', async () => {
    const { time, simulator, port, observed, client, of } = drive();
    await time.pass(10 * 60_000);
    expect(client.state()).toBe('ready');
    expect(observed.conditionsOf('truck').at(-1)?.reason).toContain('gpsd 3.22');
    expect(port.written[0]?.slice(0, 2).map((bytes) => new TextDecoder().decode(bytes))).toEqual([
      '?VERSION;\n',
      '?WATCH={"enable":true,"json":true};\n',
    ]);
    expect(of('position')).toHaveLength(10);
    expect(of('time')).toHaveLength(1);
    expect(of('position')[0]).toMatchObject({ sensorId: 'truck', speedMmPerS: 22_222 });
    expect(of('position')[0]).toHaveProperty('satellites');
    // Only the greeting, which comes before it is asked for.
    expect(client.counters().discardedBytes).toBeLessThan(100);
    expect(client.counters()).toMatchObject({ badChecks: 0, timeouts: 0 });
    simulator.stop();
  });

  it('tells exactly the place that gpsd has', async () => {
    const { time, simulator, of } = drive({ route: [{ latitudeDegE7: -5, longitudeDegE7: -1_800_000_000 }] });
    await time.pass(3000);
    expect(of('position')[0]).toMatchObject(simulator.place);
  });

  it('satellites and dilution of another sky do not belong to a position', async () => {
    const { time, simulator, port, of } = drive({}, { positionIntervalMs: 1000 });
    simulator.hasReceiver = false;
    await time.pass(1000);
    const say = (line: string) => port.deliver(new TextEncoder().encode(`${line}\n`));
    const tpv = '{"class":"TPV","mode":3,"lat":48.1,"lon":11.5}';
    say('{"class":"SKY","hdop":0.94,"uSat":9}');
    say(tpv);
    await time.pass(11_000);
    say(tpv);
    expect(of('position')).toEqual([
      expect.objectContaining({ satellites: 9, hdopCenti: 94 }),
      expect.objectContaining({ satellites: undefined, hdopCenti: undefined }),
    ]);
  });

  it('a tunnel is one loss and one find', async () => {
    const { time, simulator, observed, of } = drive();
    await time.pass(5000);
    observed.clear();
    simulator.isInTunnel = true;
    await time.pass(60_000);
    expect(observed.conditionsOf('truck').map(({ reason }) => reason)).toEqual([
      expect.stringContaining('mode 1 (no fix)'),
    ]);
    simulator.isInTunnel = false;
    await time.pass(3000);
    expect(observed.conditions('truck')).toEqual(['position-lost', 'position-found']);
    expect(of('position')).toHaveLength(1);
  });

  it('an unknown protocol is faulted with the reason', async () => {
    const { time, observed } = drive({ protocolMajor: 4 });
    await time.pass(5000);
    expect(observed.conditionsOf('truck').at(-1)).toMatchObject({ condition: 'faulted' });
    expect(observed.conditionsOf('truck').at(-1)?.reason).toContain('protocol 4');
  });

  it('another program at the port is silent, and its lines are counted', async () => {
    const { time, simulator, port, observed, client } = drive();
    simulator.isMute = true;
    await time.pass(100);
    port.deliver(new TextEncoder().encode('HTTP/1.1 400 Bad Request\r\n{"error":"no"}\r\n'));
    await time.pass(5000);
    expect(observed.conditions('truck')).toContain('silent');
    expect(client.counters()).toMatchObject({ frames: 0, badChecks: 1, timeouts: 1 });
  });

  it('a gpsd that loses its receiver stays connected: one loss, one find', async () => {
    const { time, simulator, port, observed } = drive();
    await time.pass(5000);
    observed.clear();
    simulator.hasReceiver = false;
    await time.pass(10 * 60_000);
    expect(observed.conditionsOf('truck').map(({ reason }) => reason)).toEqual([
      expect.stringContaining('no TPV report'),
    ]);
    simulator.hasReceiver = true;
    await time.pass(3000);
    expect(observed.conditions('truck')).toEqual(['position-lost', 'position-found']);
    expect(port.opens).toBe(1);
  });

  it('a hung gpsd is silent, and in service again when it wakes', async () => {
    const { time, simulator, observed, client } = drive();
    await time.pass(5000);
    simulator.isMute = true;
    await time.pass(20_000);
    expect(observed.conditions('truck')).toContain('silent');
    simulator.isMute = false;
    await time.pass(60_000);
    expect(client.state()).toBe('ready');
  });

  it('another release behind the same address is told', async () => {
    const { time, port, observed } = drive();
    await time.pass(5000);
    port.unplug();
    port.plugIn(new GpsdSimulator({ timers: time, clock: time, release: '3.25' }));
    await time.pass(10_000);
    expect(
      observed.conditionsOf('truck').find(({ condition }) => condition === 'device-changed')?.reason,
    ).toBe('was gpsd 3.22, is now gpsd 3.25');
  });

  it('no timer outlives the handle', async () => {
    const { time, simulator, client } = drive();
    await time.pass(5000);
    await client.close();
    simulator.stop();
    await time.pass(60_000);
    expect(time.waiting).toBe(0);
  });
});
