import { afterEach, describe, expect, it } from 'vitest';
import type { DeviceHandle } from '../../../firmware-bridge/device.js';
import { encodeR2000Frame } from '../../../firmware-bridge/r2000/frame.js';
import { encodeTag } from '../../../firmware-bridge/r2000/reply.js';
import {
  type R2000ReaderOptions,
  startR2000Reader,
} from '../../../firmware-bridge/r2000/start-r2000-reader.js';
import {
  R2000Simulator,
  type R2000SimulatorOptions,
} from '../../../firmware-bridge/simulators/r2000-simulator.js';
import { FaultyWire } from '../../../firmware-bridge/simulators/wire-faults.js';
import { FakeTime } from '../fake-time.js';
import { fromHex } from '../hex.js';
import { MemoryPort } from '../memory-port.js';
import { Observed } from '../observed.js';

const pallet = '300833b2ddd9014000000001';
const crate = 'e2004074850a0103163070e1';

const running: DeviceHandle[] = [];
afterEach(async () => {
  for (const handle of running.splice(0)) await handle.close();
});

function dock(device: R2000SimulatorOptions = {}, overrides: Partial<R2000ReaderOptions> = {}) {
  const time = new FakeTime();
  const simulator = new R2000Simulator({ timers: time, epcs: [pallet, crate], ...device });
  const wire = new FaultyWire(simulator);
  const port = new MemoryPort(wire);
  const observed = new Observed();
  const reader = startR2000Reader({
    id: 'dock',
    open: port.open,
    clock: time,
    timers: time,
    random: () => 0.5,
    sink: observed.sink,
    ...overrides,
  });
  running.push(reader);
  return { time, simulator, wire, port, observed, reader };
}
const epcsOf = (observed: Observed) => new Set(observed.sightings().map(({ epc }) => epc));
const antennasOf = (observed: Observed) => new Set(observed.sightings().map(({ antenna }) => antenna));
const lastReason = (observed: Observed) => observed.conditionsOf('dock').at(-1)?.reason;
const healthy = ['opening', 'settling', 'identifying', 'ready'];

describe('R2000 reader', () => {
  it('identifies the reader and merges its sightings per tag and window', async () => {
    const { time, port, observed, reader } = dock();
    await time.pass(10_500);
    expect(reader.state()).toBe('ready');
    expect(lastReason(observed)).toContain('R2000 reader, firmware 8.1, address 1, identifier 323032313034');
    expect(epcsOf(observed)).toEqual(new Set([pallet, crate]));
    const sightings = observed.sightings();
    expect(sightings.length).toBeLessThanOrEqual(2 * 11);
    expect(sightings.reduce((total, { count }) => total + count, 0)).toBeGreaterThan(200);
    for (const sighting of sightings) {
      expect(sighting).toMatchObject({ readerId: 'dock', antenna: 1, pc: '3000' });
      expect(sighting.bestRssiDbm).toBeLessThanOrEqual(-35);
      expect(sighting.bestRssiDbm).toBeGreaterThanOrEqual(-75);
    }
    expect(reader.counters()).toMatchObject({ badChecks: 0, discardedBytes: 0, timeouts: 0 });
    const powerCommands = port.written.flat().filter((bytes) => bytes[3] === 0x76 || bytes[3] === 0x77);
    expect(powerCommands).toEqual([]);
  });

  it('goes from antenna to antenna, a round each, and sets an antenna only when it changes', async () => {
    const several = dock({}, { antennas: [3, 1] });
    await several.time.pass(5000);
    expect(antennasOf(several.observed)).toEqual(new Set([1, 3]));
    const one = dock({}, { antennas: [4] });
    await one.time.pass(5000);
    expect(antennasOf(one.observed)).toEqual(new Set([4]));
    const settings = one.port.written.flat().filter((bytes) => bytes[3] === 0x74);
    expect(settings.length).toBeLessThanOrEqual(2);
  });

  it('a round of many tags is waited for to its end, also before the reader is ready', async () => {
    const epcs = Array.from({ length: 300 }, (_, index) => `e2000000000000000000${1000 + index}`);
    const { time, observed, reader } = dock({ epcs, tagGapMs: 5 });
    await time.pass(30_000);
    expect(epcsOf(observed)).toEqual(new Set(epcs));
    expect(reader.counters().timeouts).toBe(0);
    expect(observed.conditions('dock')).toEqual(healthy);
  });

  it('noise that looks like a long frame delays the end of a round and does not lose it', async () => {
    const { time, wire, reader } = dock({ epcs: [] });
    await time.pass(2000);
    wire.insertNoise(fromHex('a0450189'));
    await time.pass(5000);
    expect(reader.counters().timeouts).toBe(0);
  });

  it('an empty field is a healthy reader, whether it says so or only ends its rounds', async () => {
    const ending = dock({ epcs: [] });
    await ending.time.pass(120_000);
    expect(ending.observed.conditions('dock')).toEqual(healthy);
    expect(ending.reader.counters().timeouts).toBe(0);
    const saying = dock();
    saying.simulator.roundCode = 0x36;
    await saying.time.pass(120_000);
    expect(saying.observed.conditions('dock')).toEqual(healthy);
    expect(saying.reader.counters().timeouts).toBe(0);
  });

  it('a module with one port, which does not know antennas, is read and recovers from a lost round', async () => {
    const { time, simulator, wire, observed, reader } = dock({ knowsAntennas: false, epcs: [] });
    await time.pass(2000);
    wire.corruptByte(5, 0x01);
    await time.pass(3000);
    simulator.setTags([pallet]);
    await time.pass(3000);
    expect(epcsOf(observed)).toEqual(new Set([pallet]));
    expect(observed.conditions('dock')).toEqual(healthy);
    expect(reader.counters().timeouts).toBe(1);
  });

  it('antenna 1 alone is set where the reader stands at another one', async () => {
    const { time, simulator, observed } = dock();
    simulator.workAntenna = 2;
    await time.pass(3000);
    expect(simulator.workAntenna).toBe(1);
    observed.clear();
    await time.pass(3000);
    expect(antennasOf(observed)).toEqual(new Set([1]));
  });

  it('an antenna that comes off is told once, the others go on, and its return is told', async () => {
    const { time, simulator, observed, reader } = dock({}, { antennas: [1, 2] });
    await time.pass(3000);
    simulator.brokenAntennas.add(2);
    await time.pass(30_000);
    expect(observed.conditions('dock')).toEqual([...healthy, 'faulted']);
    expect(lastReason(observed)).toBe('antenna 2: antenna missing (22)');
    observed.clear();
    await time.pass(5000);
    expect(antennasOf(observed)).toEqual(new Set([1]));
    simulator.brokenAntennas.clear();
    await time.pass(2000);
    expect(observed.conditions('dock')).toEqual(['ready']);
    expect(lastReason(observed)).toBe('antenna 2 works again');
    expect(reader.counters().opens).toBe(1);
  });

  it('a reader that was reset to its first antenna is set again', async () => {
    const { time, simulator, observed } = dock({}, { antennas: [3] });
    await time.pass(3000);
    simulator.workAntenna = 1;
    await time.pass(1500);
    observed.clear();
    await time.pass(3000);
    expect(simulator.workAntenna).toBe(3);
    expect(antennasOf(observed)).toEqual(new Set([3]));
  });

  it('sets the power only where it differs, and reads it back', async () => {
    const changed = dock({}, { txPowerDbm: 20 });
    await changed.time.pass(3000);
    expect(changed.simulator.txPowerDbm).toBe(20);
    expect(changed.reader.state()).toBe('ready');
    const same = dock({}, { txPowerDbm: 30 });
    await same.time.pass(3000);
    expect(same.port.written.flat().some((bytes) => bytes[3] === 0x76)).toBe(false);
  });

  it('a power that does not stay is a fault', async () => {
    const { time, simulator, observed } = dock({}, { txPowerDbm: 20 });
    simulator.keepsPower = false;
    await time.pass(5000);
    expect(observed.conditions('dock').at(-1)).toBe('faulted');
    expect(lastReason(observed)).toContain('power was set to 20 dBm and reads back as 30 dBm');
  });

  it('a reader that refuses inventory is faulted before it is ready, once', async () => {
    const { time, simulator, observed } = dock();
    simulator.roundCode = 0x55;
    await time.pass(60_000);
    expect(observed.conditions('dock')).toEqual(['opening', 'settling', 'identifying', 'faulted']);
    expect(lastReason(observed)).toContain('copyright check failed (55)');
  });

  it('inventory that is refused later ends the connection with its reason', async () => {
    const { time, simulator, observed } = dock();
    await time.pass(3000);
    simulator.roundCode = 0x53;
    await time.pass(3000);
    expect(observed.conditionsOf('dock').map(({ reason }) => reason)).toContain(
      'inventory is refused: radio chip does not answer (53)',
    );
  });

  it('frames of another reader on the line are ignored and are no sign of life', async () => {
    const { time, simulator, port, observed, reader } = dock({ address: 5 }, { address: 5 });
    await time.pass(2000);
    const data = encodeTag(fromHex('aabbccddeeff001122334455'), 1, -50, 0);
    const foreign = encodeR2000Frame({ address: 6, command: 0x89, data });
    simulator.isMute = true;
    for (let second = 0; second < 10; second += 1) {
      port.deliver(foreign);
      await time.pass(1000);
    }
    expect(epcsOf(observed)).toEqual(new Set([pallet, crate]));
    expect(observed.conditions('dock')).toContain('silent');
    expect(reader.state()).not.toBe('ready');
  });

  it('with the broadcast address it stays with the reader that answered', async () => {
    const { time, port } = dock({ address: 9 });
    await time.pass(2000);
    const [first, ...later] = port.written.flat();
    expect(first?.[2]).toBe(255);
    expect(new Set(later.map((bytes) => bytes[2]))).toEqual(new Set([9]));
  });

  it('lost and flipped bytes cost sightings, never a wrong tag', async () => {
    const { time, wire, observed, reader } = dock();
    await time.pass(2000);
    const faults = [
      ...[0, 1, 9].map((index) => () => wire.dropByte(index)),
      ...[0, 1, 2, 3, 6, 12].map((index) => () => wire.corruptByte(index, 0x81)),
    ];
    for (const fault of faults) {
      fault();
      await time.pass(2500);
    }
    expect(epcsOf(observed)).toEqual(new Set([pallet, crate]));
    expect(reader.counters().discardedBytes).toBeGreaterThan(100);
    expect(observed.conditions('dock')).toEqual(healthy);
  });

  it('a lost end of a round is counted, and the next round comes', async () => {
    const { time, wire, simulator, reader } = dock({ epcs: [] });
    await time.pass(2000);
    wire.corruptByte(5, 0x01);
    const { rounds } = simulator;
    await time.pass(5000);
    expect(reader.counters().timeouts).toBe(1);
    expect(simulator.rounds - rounds).toBeGreaterThan(50);
  });

  it('unplugged and plugged in again, it reads on; another reader in its place is told', async () => {
    const { time, port, wire, observed } = dock();
    await time.pass(3000);
    port.unplug();
    await time.pass(10_000);
    port.plugIn(wire);
    observed.clear();
    await time.pass(10_000);
    expect(observed.conditions('dock').at(-1)).toBe('ready');
    expect(epcsOf(observed)).toEqual(new Set([pallet, crate]));
    port.unplug();
    port.plugIn(new R2000Simulator({ timers: time, identifier: 'ab'.repeat(12) }));
    await time.pass(10_000);
    expect(observed.conditions('dock')).toContain('device-changed');
  });

  it('a mute reader is silent, and speaks again', async () => {
    const { time, simulator, observed, reader } = dock();
    await time.pass(3000);
    simulator.isMute = true;
    await time.pass(20_000);
    expect(observed.conditions('dock').at(-1)).toBe('silent');
    simulator.isMute = false;
    await time.pass(40_000);
    expect(reader.state()).toBe('ready');
  });

  it('closing tells what was seen, asks nothing more and leaves no timer', async () => {
    const { time, simulator, observed, reader } = dock({}, { mergeWindowMs: 60_000 });
    await time.pass(5000);
    expect(observed.sightings()).toEqual([]);
    await reader.close();
    expect(observed.sightings()).toHaveLength(2);
    simulator.stop();
    const { rounds } = simulator;
    await time.pass(60_000);
    expect(simulator.rounds).toBe(rounds);
    expect(time.waiting).toBe(0);
  });

  it.each([
    [{ address: 256 }],
    [{ antennas: [] }],
    [{ antennas: [0] }],
    [{ antennas: [5] }],
    [{ antennas: [1, 1] }],
    [{ txPowerDbm: 34 }],
    [{ txPowerDbm: -1 }],
    [{ mergeWindowMs: -1 }],
  ])('refuses %j', (overrides) => {
    expect(() => dock({}, overrides)).toThrow(expect.objectContaining({ code: 'READER_CONFIG' }));
  });
});
