import { afterEach, describe, expect, it } from 'vitest';
import type { DeviceHandle } from '../../../firmware-bridge/device.js';
import { type M100ReaderOptions, startM100Reader } from '../../../firmware-bridge/m100/start-m100-reader.js';
import {
  M100Simulator,
  type M100SimulatorOptions,
} from '../../../firmware-bridge/simulators/m100-simulator.js';
import { FaultyWire } from '../../../firmware-bridge/simulators/wire-faults.js';
import { FakeTime } from '../fake-time.js';
import { MemoryPort } from '../memory-port.js';
import { Observed } from '../observed.js';

const pallet = 'e20010710000529b0940b402';
const crate = '30751feb705c5904e3d50d70';

const running: DeviceHandle[] = [];
afterEach(async () => {
  for (const handle of running.splice(0)) await handle.close();
});

function dock(device: M100SimulatorOptions = {}, overrides: Partial<M100ReaderOptions> = {}) {
  const time = new FakeTime();
  const simulator = new M100Simulator({ timers: time, epcs: [pallet, crate], ...device });
  const wire = new FaultyWire(simulator);
  const port = new MemoryPort(wire);
  const observed = new Observed();
  const reader = startM100Reader({
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

describe('M100 reader', () => {
  it('identifies the reader, sets it up and merges its sightings per tag and window', async () => {
    const { time, simulator, observed, reader } = dock({}, { region: 'eu', txPowerCentiDbm: 2000 });
    await time.pass(10_500);
    expect(reader.state()).toBe('ready');
    expect(simulator).toMatchObject({ region: 0x03, txPowerCentiDbm: 2000 });
    expect(observed.conditionsOf('dock').at(-1)?.reason).toContain('M100 26dBm V1.0, V2.3.5, MagicRf');
    const sightings = observed.sightings();
    expect(new Set(sightings.map(({ epc }) => epc))).toEqual(new Set([pallet, crate]));
    expect(sightings.length).toBeLessThanOrEqual(2 * 11);
    const reads = sightings.reduce((total, { count }) => total + count, 0);
    expect(reads).toBeGreaterThan(300);
    for (const sighting of sightings) {
      expect(sighting).toMatchObject({ readerId: 'dock', antenna: 1, pc: '3000' });
      expect(sighting.lastSeenUptimeMs - sighting.at.uptimeMs).toBeLessThan(1000);
      expect(sighting.bestRssiDbm).toBeLessThanOrEqual(-35);
    }
  });

  it('leaves region and power alone when none is configured', async () => {
    const { time, simulator } = dock();
    await time.pass(5000);
    expect(simulator).toMatchObject({ region: 0x01, txPowerCentiDbm: 2600 });
  });

  it('an empty field is a healthy reader', async () => {
    const { time, observed, reader } = dock({ epcs: [] });
    await time.pass(120_000);
    expect(reader.state()).toBe('ready');
    expect(observed.conditions('dock')).toEqual(['opening', 'settling', 'identifying', 'ready']);
    expect(reader.counters()).toMatchObject({ badChecks: 0, discardedBytes: 0, timeouts: 0 });
  });

  it('arms the poll again when its rounds are over', async () => {
    const { time, simulator, observed, reader } = dock();
    await time.pass(2000);
    simulator.stop();
    observed.clear();
    await time.pass(5000);
    expect(simulator.isPolling).toBe(true);
    expect(observed.sightings().length).toBeGreaterThan(4);
    expect(reader.state()).toBe('ready');
  });

  it('a lost or flipped byte costs one sighting and is counted', async () => {
    const { time, wire, observed, reader } = dock({ epcs: [pallet] });
    await time.pass(2000);
    wire.dropByte(9);
    wire.corruptByte(4, 0xe0);
    wire.corruptByte(12, 0x01);
    await time.pass(8000);
    expect(new Set(observed.sightings().map(({ epc }) => epc))).toEqual(new Set([pallet]));
    expect(reader.counters().discardedBytes).toBeGreaterThan(60);
    expect(reader.state()).toBe('ready');
  });

  it('a reader that refuses its settings is faulted with the reason', async () => {
    const refusing = new Uint8Array([0xbb, 0x01, 0xff, 0x00, 0x01, 0x17, 0x18, 0x7e]);
    const { time, observed, wire } = dock({}, { region: 'eu' });
    const attach = wire.attach.bind(wire);
    wire.attach = (send) => attach(send && ((bytes) => send(bytes[2] === 0x07 ? refusing : bytes)));
    await time.pass(5000);
    expect(observed.conditions('dock').at(-1)).toBe('faulted');
    expect(observed.conditionsOf('dock').at(-1)?.reason).toContain('region eu');
  });

  it('stops the radio when it is closed, and tells what it had seen', async () => {
    const { time, simulator, observed, reader } = dock({}, { mergeWindowMs: 60_000 });
    await time.pass(5000);
    expect(observed.sightings()).toEqual([]);
    await reader.close();
    expect(observed.sightings()).toHaveLength(2);
    expect(simulator.isPolling).toBe(false);
    await time.pass(60_000);
    expect(time.waiting).toBe(0);
  });

  it.each([
    [{ txPowerCentiDbm: 3301 }],
    [{ txPowerCentiDbm: -1 }],
    [{ txPowerCentiDbm: 20.5 }],
    [{ mergeWindowMs: -1 }],
  ])('refuses %j', (overrides) => {
    expect(() => dock({}, overrides)).toThrow(expect.objectContaining({ code: 'READER_CONFIG' }));
  });
});
