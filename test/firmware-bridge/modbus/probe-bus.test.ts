import { afterEach, describe, expect, it } from 'vitest';
import type { DeviceHandle } from '../../../firmware-bridge/device.js';
import { type ModbusBusOptions, startModbusBus } from '../../../firmware-bridge/modbus/start-modbus-bus.js';
import { ModbusSimulator } from '../../../firmware-bridge/simulators/modbus-simulator.js';
import { FaultyWire } from '../../../firmware-bridge/simulators/wire-faults.js';
import { FakeTime } from '../fake-time.js';
import { MemoryPort } from '../memory-port.js';
import { Observed } from '../observed.js';

const running: DeviceHandle[] = [];
afterEach(async () => {
  for (const handle of running.splice(0)) await handle.close();
});

const front = { sensorId: 'front', unit: 1, profile: 'xy-md02', humiditySensorId: 'front-rh' } as const;
const rear = { sensorId: 'rear', unit: 2, profile: 'md02-x100' } as const;
const door = { sensorId: 'door', unit: 3, profile: 'shtc3' } as const;

function truck(overrides: Partial<ModbusBusOptions> = {}) {
  const time = new FakeTime();
  const simulator = new ModbusSimulator({
    clock: time,
    timers: time,
    probes: [
      { unit: 1, profile: 'xy-md02', temperatureMilliC: () => 4100, humidityMilliPercent: () => 61_200 },
      { unit: 2, profile: 'md02-x100', temperatureMilliC: () => -18_250 },
      { unit: 3, profile: 'shtc3', temperatureMilliC: (uptimeMs) => Math.floor(uptimeMs / 1000) * 100 },
      {
        unit: 4,
        profile: 'r4dcb08',
        temperatureMilliC: (_ms, channel) => (channel === 2 ? undefined : channel * 1000),
      },
    ],
  });
  const wire = new FaultyWire(simulator);
  const port = new MemoryPort(wire);
  const observed = new Observed();
  const bus = startModbusBus({
    id: 'bus',
    open: port.open,
    clock: time,
    timers: time,
    random: () => 0.5,
    cadenceMs: 10_000,
    replyTimeoutMs: 200,
    probes: [front, rear, door],
    sink: observed.sink,
    ...overrides,
  });
  running.push(bus);
  return { time, simulator, wire, port, observed, bus };
}

describe('Modbus probe bus', () => {
  it('reads every probe once per cadence, in milli-units and with its arrival', async () => {
    const { time, observed, bus } = truck();
    await time.pass(35_000);
    expect(bus.state()).toBe('ready');
    for (const sensorId of ['front', 'rear', 'door']) expect(observed.temperatures(sensorId)).toHaveLength(4);
    expect(observed.temperatures('front')[0]).toMatchObject({ temperatureMilliC: 4100, quality: 'good' });
    expect(observed.temperatures('rear')[0]).toMatchObject({ temperatureMilliC: -18_250, quality: 'good' });
    expect(observed.all).toContainEqual(
      expect.objectContaining({ kind: 'humidity', sensorId: 'front-rh', humidityMilliPercent: 61_200 }),
    );
    const arrivals = observed.temperatures('door').map(({ at }) => at.uptimeMs);
    // The first round also waits for the line to be quiet after the identification.
    const gaps = arrivals.slice(1).map((at, index) => at - (arrivals[index] ?? 0));
    expect(gaps.slice(1)).toEqual([10_000, 10_000]);
    expect(Math.abs((gaps[0] ?? 0) - 10_000)).toBeLessThan(100);
    expect(observed.conditions('bus')).toEqual(['opening', 'settling', 'identifying', 'ready']);
  });

  it('reads several channels of one unit with one question', async () => {
    const { time, observed, port } = truck({
      probes: [1, 2, 8].map((channel) => ({
        sensorId: `ch${channel}`,
        unit: 4,
        profile: 'r4dcb08',
        channel,
      })),
    });
    await time.pass(5000);
    expect(observed.temperatures('ch1')[0]).toMatchObject({ temperatureMilliC: 1000, quality: 'good' });
    expect(observed.temperatures('ch2')[0]).toMatchObject({ temperatureMilliC: 0, quality: 'probe-open' });
    expect(observed.temperatures('ch8')[0]).toMatchObject({ temperatureMilliC: 8000, quality: 'good' });
    const readings = port.written[0]?.filter((bytes) => bytes[3] === 0) ?? [];
    expect(new Set(readings.map((bytes) => Buffer.from(bytes).toString('hex')))).toHaveLength(1);
  });

  it('a dead probe is told once, stalls no other, and is told again when it answers', async () => {
    const { time, simulator, observed, port } = truck();
    await time.pass(15_000);
    simulator.behaviour(2).isSilent = true;
    observed.clear();
    const askedBefore = port.written[0]?.filter(([unit]) => unit === 2).length ?? 0;
    await time.pass(600_000);
    // Twice at once, then after 20, 40 and every 60 s.
    const asked = (port.written[0]?.filter(([unit]) => unit === 2).length ?? 0) - askedBefore;
    expect(asked).toBeGreaterThan(9);
    expect(asked).toBeLessThan(14);
    expect(observed.conditions('rear')).toEqual(['probe-unreachable']);
    expect(observed.conditions('bus')).toEqual([]);
    expect(observed.temperatures('rear')).toEqual([]);
    for (const sensorId of ['front', 'door']) {
      const arrivals = observed.temperatures(sensorId).map(({ at }) => at.uptimeMs);
      const gaps = arrivals.slice(1).map((at, index) => at - (arrivals[index] ?? 0));
      expect(arrivals).toHaveLength(60);
      // The round in which it died is late; later rounds ask the dead one last.
      expect(Math.max(...gaps.slice(1))).toBeLessThan(10_050);
      expect(Math.min(...gaps.slice(1))).toBeGreaterThan(9_950);
    }
    simulator.behaviour(2).isSilent = false;
    await time.pass(60_000);
    expect(observed.conditions('rear')).toEqual(['probe-unreachable', 'probe-reachable']);
    expect(observed.temperatures('rear').length).toBeGreaterThan(0);
  });

  it('two probes that die at once leave the bus ready for the third', async () => {
    const { time, simulator, observed, bus } = truck({ cadenceMs: 500 });
    await time.pass(5000);
    simulator.behaviour(1).isSilent = true;
    simulator.behaviour(2).isSilent = true;
    await time.pass(120_000);
    expect(bus.state()).toBe('ready');
    expect(observed.conditions('bus')).toEqual(['opening', 'settling', 'identifying', 'ready']);
  });

  it('one damaged reply costs no reading', async () => {
    const { time, wire, observed, bus } = truck();
    await time.pass(15_000);
    observed.clear();
    wire.corruptByte(3, 0x40);
    await time.pass(10_000);
    expect(observed.conditions('front')).toEqual([]);
    expect(observed.temperatures('front').map(({ temperatureMilliC }) => temperatureMilliC)).toEqual([4100]);
    expect(bus.counters()).toMatchObject({ badChecks: 1, timeouts: 1 });
  });

  it('a probe that is always late never lends its value to another', async () => {
    const { time, simulator, observed } = truck();
    simulator.behaviour(1).latencyMs = 500;
    await time.pass(300_000);
    expect(observed.temperatures('front')).toEqual([]);
    expect(new Set(observed.temperatures('rear').map(({ temperatureMilliC }) => temperatureMilliC))).toEqual(
      new Set([-18_250]),
    );
  });

  it('an exception is a probe fault in every round and a condition once', async () => {
    const { time, simulator, observed } = truck();
    simulator.behaviour(3).exceptionCode = 2;
    await time.pass(35_000);
    expect(observed.temperatures('door').map(({ quality }) => quality)).toEqual(Array(4).fill('probe-fault'));
    const conditions = observed.conditionsOf('door');
    expect(conditions.map(({ condition }) => condition)).toEqual(['faulted']);
    expect(conditions[0]?.reason).toContain('illegal data address');
  });

  it('a bus on which nobody answers is silent, says so once, and heals', async () => {
    const { time, simulator, observed, bus, port } = truck();
    for (const unit of [1, 2, 3]) simulator.behaviour(unit).isSilent = true;
    await time.pass(600_000);
    expect(bus.state()).not.toBe('ready');
    expect(observed.conditions('bus')).toEqual(['opening', 'settling', 'identifying', 'silent']);
    expect(port.opens).toBeGreaterThan(5);
    expect(observed.conditions('front')).toEqual(['probe-unreachable']);
    for (const unit of [1, 2, 3]) simulator.behaviour(unit).isSilent = false;
    await time.pass(60_000);
    expect(bus.state()).toBe('ready');
    expect(observed.conditions('front')).toEqual(['probe-unreachable', 'probe-reachable']);
  });

  it('a bus that falls silent is closed and opened again', async () => {
    const { time, simulator, observed, port } = truck();
    await time.pass(15_000);
    for (const unit of [1, 2, 3]) simulator.behaviour(unit).isSilent = true;
    await time.pass(60_000);
    expect(observed.conditions('bus').at(-1)).toBe('silent');
    expect(port.opens).toBeGreaterThan(1);
    expect(port.openTransports).toBeLessThanOrEqual(1);
  });

  it.each([
    [{ probes: [] }],
    [{ probes: [{ ...front, unit: 0 }] }],
    [{ probes: [{ ...front, unit: 248 }] }],
    [{ probes: [front, { ...rear, unit: 1 }] }],
    [{ probes: [front, { ...front, sensorId: 'again' }] }],
    [{ probes: [{ sensorId: 'a', unit: 4, profile: 'r4dcb08' as const }] }],
    [{ probes: [{ sensorId: 'a', unit: 4, profile: 'r4dcb08' as const, channel: 9 }] }],
    [
      {
        probes: [{ sensorId: 'a', unit: 4, profile: 'r4dcb08' as const, channel: 1, humiditySensorId: 'b' }],
      },
    ],
    [{ cadenceMs: 100 }],
  ])('refuses a bus that cannot work: %j', (overrides) => {
    expect(() => truck(overrides)).toThrow(expect.objectContaining({ code: 'BUS_CONFIG' }));
  });
});
