import { afterEach, describe, expect, it } from 'vitest';
import type { DeviceHandle } from '../../../firmware-bridge/device.js';
import { encodeStartStream } from '../../../firmware-bridge/mercury/commands.js';
import { encodeMercuryReply } from '../../../firmware-bridge/mercury/frame.js';
import {
  type MercuryReaderOptions,
  startMercuryReader,
} from '../../../firmware-bridge/mercury/start-mercury-reader.js';
import type { MercurySimulatorOptions } from '../../../firmware-bridge/simulators/mercury-nano.js';
import { MercurySimulator } from '../../../firmware-bridge/simulators/mercury-simulator.js';
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

function dock(device: MercurySimulatorOptions = {}, overrides: Partial<MercuryReaderOptions> = {}) {
  const time = new FakeTime();
  const simulator = new MercurySimulator({ timers: time, epcs: [pallet, crate], region: 0x08, ...device });
  const wire = new FaultyWire(simulator);
  const port = new MemoryPort(wire);
  const observed = new Observed();
  const reader = startMercuryReader({
    id: 'dock',
    open: port.open,
    clock: time,
    timers: time,
    random: () => 0.5,
    sink: observed.sink,
    ...overrides,
  });
  running.push(reader);
  /** Answers one opcode with another status than the device would give. */
  const answerInstead = (opcode: number, status: number, data: number[] = []) => {
    const attach = wire.attach.bind(wire);
    const other = encodeMercuryReply(opcode, status, data);
    wire.attach = (send) => attach(send && ((bytes) => send(bytes[2] === opcode ? other : bytes)));
  };
  const reasons = () => observed.conditionsOf('dock').map(({ reason }) => reason);
  return { time, simulator, wire, port, observed, reader, answerInstead, reasons };
}

/** Past settling and setting up: a long chain of questions, each answered at once, needs many turns and no time. */
async function setUp(time: FakeTime): Promise<void> {
  for (let step = 0; step < 20; step += 1) await time.pass(20);
}

describe('Mercury reader', () => {
  it('boots the reader, sets it up and merges its sightings per tag, antenna and window', async () => {
    const settings = { region: 'eu3', readPowerCentiDbm: 2000, antennas: [1, 3] } as const;
    const { time, simulator, observed, reader, reasons } = dock({ region: 0 }, settings);
    await setUp(time);
    await time.pass(10_500);
    expect(reader.state()).toBe('ready');
    expect(simulator).toMatchObject({ region: 0x08, powerCentiDbm: 2000, antennas: [1, 3] });
    expect(reasons().at(-1)).toContain(
      'M6e Nano, hardware 30.00.00.02, firmware 01.09.01.12 of 2020-06-13, serial 4C20A1000137',
    );
    const sightings = observed.sightings();
    const seen = new Set(sightings.map(({ epc, antenna }) => `${epc} ${antenna}`));
    expect(seen).toEqual(new Set([`${pallet} 1`, `${pallet} 3`, `${crate} 1`, `${crate} 3`]));
    expect(sightings.length).toBeLessThanOrEqual(4 * 11);
    expect(sightings.reduce((total, { count }) => total + count, 0)).toBeGreaterThan(300);
    for (const sighting of sightings) {
      expect(sighting).toMatchObject({ readerId: 'dock', pc: '3000' });
      expect(sighting.bestRssiDbm).toBeLessThanOrEqual(-35);
    }
    expect(reader.counters()).toMatchObject({ badChecks: 0, discardedBytes: 0, timeouts: 0 });
  });

  it('leaves region and power alone when none is configured', async () => {
    const { time, simulator, reader } = dock({ region: 0x0d });
    await setUp(time);
    await time.pass(5000);
    expect(reader.state()).toBe('ready');
    expect(simulator).toMatchObject({ region: 0x0d, powerCentiDbm: 500 });
  });

  it('takes over a reader that is streaming already', async () => {
    const { time, simulator, observed, reader } = dock({ isInBootloader: false });
    simulator.receive(encodeStartStream());
    expect(simulator.isStreaming).toBe(true);
    await setUp(time);
    await time.pass(5000);
    expect(reader.state()).toBe('ready');
    expect(reader.counters().timeouts).toBe(0);
    expect(observed.sightings().length).toBeGreaterThan(4);
  });

  it('what a stream still sends is no answer to a question', async () => {
    const { time, wire, reader, observed } = dock();
    for (let reply = 0; reply < 7; reply += 1) wire.insertNoise(encodeMercuryReply(0x22, 0x0400));
    await setUp(time);
    expect(reader.state()).toBe('ready');
    expect(observed.conditionsOf('dock').at(-1)?.reason).toContain('serial 4C20A1000137');
  });

  it('an empty field is a healthy reader: its keep-alive is life and no error', async () => {
    const { time, observed, reader } = dock({ epcs: [] });
    await setUp(time);
    await time.pass(120_000);
    expect(reader.state()).toBe('ready');
    expect(observed.conditions('dock')).toEqual(['opening', 'settling', 'identifying', 'ready']);
    expect(reader.counters()).toMatchObject({ badChecks: 0, discardedBytes: 0, timeouts: 0 });
  });

  it('heat is told once when it begins and once when it is over, though it comes and goes', async () => {
    const { time, simulator, observed, reader } = dock();
    await setUp(time);
    await time.pass(3000);
    observed.clear();
    for (let wave = 0; wave < 10; wave += 1) {
      simulator.trouble = 0x0504;
      await time.pass(5000);
      simulator.trouble = undefined;
      await time.pass(3000);
    }
    const told = () =>
      observed.conditionsOf('dock').map(({ condition, reason }) => `${condition}: ${reason}`);
    expect(told()).toEqual(['faulted: the reader reports status 0504, reader temperature out of its range']);
    expect(reader.state()).toBe('ready');
    await time.pass(20_000);
    expect(told()).toEqual([
      'faulted: the reader reports status 0504, reader temperature out of its range',
      'ready: the reader no longer reports status 0504, reader temperature out of its range',
    ]);
  });

  it('two troubles at once are two facts, and the end of one does not hide the other', async () => {
    const { time, simulator, observed, reader } = dock();
    await setUp(time);
    await time.pass(3000);
    observed.clear();
    simulator.trouble = 0x0504;
    await time.pass(4000);
    simulator.trouble = 0x0505;
    await time.pass(9000);
    simulator.trouble = undefined;
    await time.pass(20_000);
    const conditions = observed.conditionsOf('dock');
    expect(conditions.map(({ condition }) => condition)).toEqual(['faulted', 'faulted', 'faulted', 'ready']);
    expect(conditions[2]?.reason).toContain('no longer reports status 0504');
    expect(conditions[2]?.reason).toContain('still reports 0505, high return loss');
    expect(reader.counters().opens).toBe(1);
  });

  it('starts the stream again when it has ended', async () => {
    const { time, simulator, observed, reader } = dock();
    await setUp(time);
    await time.pass(3000);
    simulator.stop();
    observed.clear();
    await time.pass(6000);
    expect(simulator.isStreaming).toBe(true);
    expect(observed.sightings().length).toBeGreaterThan(4);
    expect(reader.state()).toBe('ready');
    expect(reader.counters().opens).toBe(1);
  });

  it('a stream that ends again and again is started again and again', async () => {
    const { time, simulator, observed, reader } = dock();
    await setUp(time);
    for (let end = 0; end < 8; end += 1) {
      simulator.stop();
      await time.pass(4000);
    }
    expect(simulator.isStreaming).toBe(true);
    expect(reader.counters().opens).toBe(1);
    expect(observed.conditions('dock')).toEqual(['opening', 'settling', 'identifying', 'ready']);
  });

  it('a reader that goes back to its bootloader is booted again', async () => {
    const { time, simulator, observed, reader } = dock();
    await setUp(time);
    await time.pass(3000);
    simulator.stop();
    simulator.isInBootloader = true;
    observed.clear();
    await time.pass(10_000);
    expect(reader.state()).toBe('ready');
    expect(observed.conditionsOf('dock')[0]?.reason).toContain('0101, unknown opcode');
    expect(simulator.isStreaming).toBe(true);
  });

  it('a reader that acknowledges its start and never streams is faulted, not ready for ever', async () => {
    const { time, simulator, observed, reader } = dock({ epcs: [] });
    await setUp(time);
    await time.pass(3000);
    const receive = simulator.receive.bind(simulator);
    simulator.receive = (bytes) => {
      receive(bytes);
      simulator.stop();
    };
    simulator.stop();
    await time.pass(20_000);
    expect(observed.conditionsOf('dock').map(({ reason }) => reason)).toContain(
      'the reader was told 5 times to read and sent nothing',
    );
    expect(reader.counters().opens).toBeGreaterThan(1);
  });

  it('a lost or flipped byte costs one sighting and is counted', async () => {
    const { time, wire, observed, reader } = dock({ epcs: [pallet] });
    await setUp(time);
    await time.pass(3000);
    wire.dropByte(20);
    wire.corruptByte(1, 0x40);
    wire.corruptByte(35, 0x01);
    wire.insertNoise(Uint8Array.of(0xff, 0x10, 0x22, 0x00));
    await time.pass(8000);
    expect(new Set(observed.sightings().map(({ epc }) => epc))).toEqual(new Set([pallet]));
    expect(reader.counters().badChecks).toBeGreaterThanOrEqual(3);
    expect(reader.counters().discardedBytes).toBeGreaterThan(80);
    expect(reader.state()).toBe('ready');
  });

  it('a damaged length in a reply costs one repetition, and does not swallow the next replies', async () => {
    const { time, wire, reader } = dock({ epcs: [] });
    wire.corruptByte(1, 0xf0);
    await setUp(time);
    await time.pass(1500);
    await setUp(time);
    expect(reader.state()).toBe('ready');
    expect(reader.counters()).toMatchObject({ timeouts: 1, opens: 1 });
  });

  it('comes back after an unplug, and tells when another reader came', async () => {
    const { time, port, observed, reader, wire } = dock();
    await setUp(time);
    port.unplug();
    await time.pass(5000);
    expect(reader.state()).toBe('absent');
    port.plugIn(wire);
    await time.pass(8000);
    await setUp(time);
    expect(reader.state()).toBe('ready');
    expect(observed.conditions('dock')).not.toContain('device-changed');
    port.unplug();
    port.plugIn(new MercurySimulator({ timers: time, region: 0x08, serial: 'ANOTHER' }));
    await time.pass(8000);
    const changed = observed.conditionsOf('dock').find(({ condition }) => condition === 'device-changed');
    expect(changed?.reason).toContain('is now M6e Nano');
    expect(changed?.reason).toContain('serial ANOTHER');
  });

  it('a hung reader is silent, and garbage does not count as its life', async () => {
    const { time, simulator, port, reader, observed } = dock();
    await setUp(time);
    await time.pass(3000);
    simulator.isMute = true;
    for (let second = 0; second < 10; second += 1) {
      port.deliver(Uint8Array.of(0xff, 0x02, 0x22, 0x00, 0x00, 0x13, 0x37));
      await time.pass(1000);
    }
    expect(observed.conditions('dock')).toContain('silent');
    simulator.isMute = false;
    await time.pass(40_000);
    expect(reader.state()).toBe('ready');
  });

  it('stops the radio when it is closed, and tells what it had seen', async () => {
    const { time, simulator, observed, reader } = dock({}, { mergeWindowMs: 60_000 });
    await setUp(time);
    await time.pass(5000);
    expect(observed.sightings()).toEqual([]);
    await reader.close();
    expect(observed.sightings()).toHaveLength(2);
    expect(simulator.isStreaming).toBe(false);
    await time.pass(60_000);
    expect(time.waiting).toBe(0);
  });
});

describe('a Mercury reader that cannot be set up is faulted with the reason', () => {
  it.each<[string, MercurySimulatorOptions, Partial<MercuryReaderOptions>, string]>([
    ['no region at all', { region: 0 }, {}, 'its region must be configured'],
    ['a region that it does not know', {}, { region: 'eu' }, 'region eu (status 010b, region not supported)'],
    [
      'a power beyond its own',
      { maxPowerCentiDbm: 2700 },
      { readPowerCentiDbm: 3000 },
      'took read power 3000 cdBm and has 2700 cdBm; it can do 0 to 2700',
    ],
  ])('%s', async (_what, device, overrides, reason) => {
    const { time, observed, reasons } = dock(device, overrides);
    await setUp(time);
    expect(observed.conditions('dock')).toEqual(['opening', 'settling', 'identifying', 'faulted']);
    expect(reasons().at(-1)).toContain(reason);
  });

  it.each<[string, number, number, number[], string]>([
    ['a region that it took and does not have', 0x67, 0, [0x0d], 'took region eu3 and still has region us2'],
    ['corrupt firmware', 0x04, 0x0200, [], 'does not leave its bootloader (status 0200, firmware is corrupt'],
    ['an antenna that it lacks', 0x91, 0x0105, [], 'refused antennas 1 (status 0105'],
    ['no Gen2', 0x93, 0x0402, [], 'refused protocol Gen2'],
  ])('%s', async (_what, opcode, status, data, reason) => {
    const { time, observed, answerInstead, reasons } = dock({}, { region: 'eu3' });
    answerInstead(opcode, status, data);
    await setUp(time);
    expect(observed.conditions('dock')).toEqual(['opening', 'settling', 'identifying', 'faulted']);
    expect(reasons().at(-1)).toContain(reason);
  });

  it('a module that does not stream', async () => {
    const { time, answerInstead, reasons } = dock();
    answerInstead(0x2f, 0x0105);
    await setUp(time);
    expect(reasons().at(-1)).toBe(
      'the reader does not read continuously (status 0105, parameter out of range)',
    );
  });

  it('an older module without a serial number, a read filter or a region to ask for is ready all the same', async () => {
    const { time, reader, answerInstead, observed } = dock({}, { readPowerCentiDbm: 1000 });
    answerInstead(0x10, 0x0101);
    answerInstead(0x67, 0x0102);
    answerInstead(0x62, 0x0101);
    answerInstead(0x9a, 0x0101);
    await setUp(time);
    await time.pass(5000);
    expect(reader.state()).toBe('ready');
    expect(observed.conditionsOf('dock').at(-1)?.reason).not.toContain('serial');
  });
});

it.each([
  [{ readPowerCentiDbm: 4001 }],
  [{ readPowerCentiDbm: -1 }],
  [{ readPowerCentiDbm: 20.5 }],
  [{ antennas: [] }],
  [{ antennas: [1, 1] }],
  [{ antennas: [0] }],
  [{ antennas: [17] }],
  [{ mergeWindowMs: -1 }],
  [{ region: 'toString' as 'eu' }],
])('refuses %j', (overrides) => {
  expect(() => dock({}, overrides)).toThrow(expect.objectContaining({ code: 'READER_CONFIG' }));
});
