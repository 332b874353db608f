import { afterEach, describe, expect, it } from 'vitest';
import { encodeChafonFrame } from '../../../firmware-bridge/chafon/frame.js';
import {
  type ChafonReaderOptions,
  startChafonReader,
} from '../../../firmware-bridge/chafon/start-chafon-reader.js';
import type { DeviceHandle } from '../../../firmware-bridge/device.js';
import {
  ChafonSimulator,
  type ChafonSimulatorOptions,
} from '../../../firmware-bridge/simulators/chafon-simulator.js';
import { FaultyWire } from '../../../firmware-bridge/simulators/wire-faults.js';
import { FakeTime } from '../fake-time.js';
import { fromHex } from '../hex.js';
import { MemoryPort } from '../memory-port.js';
import { Observed } from '../observed.js';

const pallet = 'e28068940000400a9d22a9eb';
const crate = '30751feb705c5904e3d50d70';
const short = '3230386d';

const running: DeviceHandle[] = [];
afterEach(async () => {
  for (const handle of running.splice(0)) await handle.close();
});

function dock(device: ChafonSimulatorOptions = {}, overrides: Partial<ChafonReaderOptions> = {}) {
  const time = new FakeTime();
  const simulator = new ChafonSimulator({ timers: time, epcs: [pallet, crate], ...device });
  const wire = new FaultyWire(simulator);
  const port = new MemoryPort(wire);
  const observed = new Observed();
  const reader = startChafonReader({
    id: 'dock',
    model: device.model ?? 'uhfreader288',
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
const lastReason = (observed: Observed) => observed.conditionsOf('dock').at(-1)?.reason;
const healthy = ['opening', 'settling', 'identifying', 'ready'];

describe('Chafon reader', () => {
  it.each(['uhfreader18', 'uhfreader288'] as const)(
    'identifies a %s and merges its sightings',
    async (model) => {
      const { time, observed, reader } = dock({ model });
      await time.pass(10_500);
      expect(reader.state()).toBe('ready');
      expect(lastReason(observed)).toContain(
        model === 'uhfreader18' ? 'UHFReader18 type 09' : 'serial 20210417',
      );
      expect(lastReason(observed)).toContain('firmware 0.22, address 0');
      expect(epcsOf(observed)).toEqual(new Set([pallet, crate]));
      const sightings = observed.sightings();
      expect(sightings.length).toBeLessThanOrEqual(2 * 11);
      expect(sightings.reduce((total, { count }) => total + count, 0)).toBeGreaterThan(100);
      for (const sighting of sightings) {
        expect(sighting).toMatchObject({
          readerId: 'dock',
          antenna: 1,
          pc: undefined,
          bestRssiDbm: undefined,
        });
      }
      expect(reader.counters()).toMatchObject({ badChecks: 0, discardedBytes: 0, timeouts: 0 });
    },
  );

  it('asks each antenna that the reader has in use, and no other', async () => {
    const { time, observed } = dock({ antennas: [1, 3, 4] });
    await time.pass(5000);
    expect(new Set(observed.sightings().map(({ antenna }) => antenna))).toEqual(new Set([1, 3, 4]));
  });

  it('an inventory over several frames is seen whole, and the next round waits for its end', async () => {
    const epcs = Array.from({ length: 40 }, (_, index) => `e2000000000000000000${1000 + index}`);
    const { time, simulator, port, observed, reader } = dock({ epcs, frameGapMs: 60 });
    await time.pass(4000);
    expect(epcsOf(observed)).toEqual(new Set(epcs));
    const rounds = simulator.rounds;
    await time.pass(9_200);
    // A round takes 40 ms and 13 gaps, and then 100 ms pass.
    expect(simulator.rounds - rounds).toBe(10);
    const asked = port.written.flat().filter((bytes) => bytes[2] === 0x01);
    expect(asked).toHaveLength(simulator.rounds);
    expect(reader.counters().timeouts).toBe(0);
  });

  it('a reader without a serial number is served without one', async () => {
    const { time, observed, reader } = dock({ serial: '' });
    await time.pass(2000);
    expect(reader.state()).toBe('ready');
    expect(lastReason(observed)).toMatch(/address 0$/);
    expect(reader.counters().timeouts).toBe(0);
  });

  it('statistics between the rounds are neither a refusal nor an end', async () => {
    const { time, simulator, port, reader } = dock();
    await time.pass(2000);
    simulator.isMute = true;
    const body = fromHex('26010011000000ff');
    for (let packet = 0; packet < 5; packet += 1) {
      port.deliver(encodeChafonFrame({ address: 0, command: 0x01, body }));
    }
    await time.pass(0);
    expect(reader.state()).toBe('ready');
  });

  it('an empty field is a healthy reader', async () => {
    const { time, observed, reader } = dock({ epcs: [] });
    await time.pass(120_000);
    expect(observed.conditions('dock')).toEqual(healthy);
    expect(reader.counters()).toMatchObject({ badChecks: 0, discardedBytes: 0, timeouts: 0 });
  });

  it('an antenna that comes off is told once, the others go on, and its return is told', async () => {
    const { time, simulator, observed, reader } = dock({ antennas: [1, 2] });
    await time.pass(3000);
    simulator.brokenAntennas.add(2);
    await time.pass(30_000);
    expect(observed.conditions('dock')).toEqual([...healthy, 'faulted']);
    expect(lastReason(observed)).toContain('antenna 2');
    observed.clear();
    await time.pass(5000);
    expect(new Set(observed.sightings().map(({ antenna }) => antenna))).toEqual(new Set([1]));
    simulator.brokenAntennas.clear();
    await time.pass(2000);
    expect(observed.conditions('dock')).toEqual(['ready']);
    expect(lastReason(observed)).toBe('antenna 2 works again');
    expect(reader.counters().opens).toBe(1);
  });

  it('sets the power only where it differs, and reads it back', async () => {
    const changed = dock({}, { txPowerDbm: 20 });
    await changed.time.pass(3000);
    expect(changed.simulator.txPowerDbm).toBe(20);
    expect(changed.reader.state()).toBe('ready');
    const same = dock({}, { txPowerDbm: 26 });
    await same.time.pass(3000);
    expect(same.port.written.flat().some((bytes) => bytes[2] === 0x2f)).toBe(false);
  });

  it('a power that does not stay is a fault', async () => {
    const { time, simulator, observed } = dock({}, { txPowerDbm: 20 });
    simulator.keepsPower = false;
    await time.pass(5000);
    expect(observed.conditions('dock').at(-1)).toBe('faulted');
    expect(lastReason(observed)).toContain('power was set to 20 dBm and reads back as 26 dBm');
  });

  it('a reader that names itself as the other model is refused', async () => {
    const { time, observed } = dock({ model: 'uhfreader18' }, { model: 'uhfreader288' });
    await time.pass(60_000);
    expect(observed.conditions('dock').filter((condition) => condition === 'faulted')).toHaveLength(1);
    expect(lastReason(observed)).toContain('the reader is a UHFReader18');
    expect(observed.sightings()).toEqual([]);
  });

  it('a reader of an unknown type with the other layout is refused before it is ready, once', async () => {
    const { time, observed } = dock({ model: 'uhfreader18', type: 0x77 }, { model: 'uhfreader288' });
    await time.pass(60_000);
    expect(observed.conditions('dock')).toEqual(['opening', 'settling', 'identifying', 'faulted']);
    expect(lastReason(observed)).toContain('not laid out as uhfreader288');
  });

  it('an inventory time that would hide a dead reader is refused', async () => {
    const { time, simulator, observed } = dock({ model: 'uhfreader18' });
    simulator.inventoryTime100Ms = 255;
    await time.pass(5000);
    expect(lastReason(observed)).toContain('inventory time is 25500 ms');
  });

  it('frames of another reader on the line are ignored and are no sign of life', async () => {
    const { time, simulator, port, observed, reader } = dock({ address: 5 }, { address: 5 });
    await time.pass(2000);
    const foreign = encodeChafonFrame({
      address: 6,
      command: 0x01,
      body: fromHex(`0101010c${'aa'.repeat(12)}60`),
    });
    port.deliver(foreign);
    await time.pass(2000);
    expect(epcsOf(observed)).toEqual(new Set([pallet, crate]));
    simulator.isMute = true;
    for (let second = 0; second < 10; second += 1) {
      port.deliver(foreign);
      await time.pass(1000);
    }
    expect(observed.conditions('dock')).toContain('silent');
    expect(reader.state()).not.toBe('ready');
  });

  it('with the broadcast address it stays with the reader that answered', async () => {
    const { time, port } = dock({ address: 9 });
    await time.pass(2000);
    const [first, ...later] = port.written.flat();
    expect(first?.[1]).toBe(255);
    expect(new Set(later.map((bytes) => bytes[1]))).toEqual(new Set([9]));
  });

  it('lost and flipped bytes cost rounds, never a wrong tag', async () => {
    const { time, wire, observed, reader } = dock({ epcs: [pallet, short] });
    await time.pass(2000);
    const faults = [
      ...[0, 3, 9].map((index) => () => wire.dropByte(index)),
      ...[0, 1, 2, 6, 12].map((index) => () => wire.corruptByte(index, 0x81)),
    ];
    for (const fault of faults) {
      fault();
      await time.pass(2500);
    }
    expect(epcsOf(observed)).toEqual(new Set([pallet, short]));
    expect(reader.counters().timeouts).toBe(8);
    expect(observed.conditions('dock')).toEqual(healthy);
  });

  it('noise that looks like a long frame delays a reply and does not lose it', async () => {
    const { time, wire, reader } = dock();
    await time.pass(2000);
    const before = reader.counters().timeouts;
    wire.insertNoise(fromHex('f0000101'));
    await time.pass(5000);
    expect(reader.counters().timeouts).toBe(before);
  });

  it('three refusals in a row end the connection with their reason; two do not', async () => {
    const { time, simulator, port, observed, reader } = dock();
    await time.pass(2000);
    simulator.isMute = true;
    const refusal = encodeChafonFrame({ address: 0, command: 0x01, body: Uint8Array.of(0xff) });
    port.deliver(refusal);
    port.deliver(refusal);
    expect(reader.state()).toBe('ready');
    simulator.isMute = false;
    await time.pass(3000);
    simulator.isMute = true;
    port.deliver(refusal);
    port.deliver(refusal);
    await time.pass(0);
    expect(reader.state()).toBe('ready');
    port.deliver(refusal);
    await time.pass(0);
    expect(reader.state()).toBe('faulted');
    expect(lastReason(observed)).toContain('wrong parameter (ff)');
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
    port.plugIn(new ChafonSimulator({ timers: time, serial: '0badcafe' }));
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
    [{ model: 'uhfreader86' as never }],
    [{ address: 256 }],
    [{ address: -1 }],
    [{ txPowerDbm: 31 }],
    [{ txPowerDbm: 20.5 }],
    [{ mergeWindowMs: -1 }],
    [{ pollIntervalMs: 9 }],
    [{ pollIntervalMs: 10_001 }],
  ])('refuses %j', (overrides) => {
    expect(() => dock({}, overrides)).toThrow(expect.objectContaining({ code: 'READER_CONFIG' }));
  });
});

describe('Chafon reader that reads TIDs', () => {
  it('a TID that was damaged under a right check in one of two answers is nobody’s chip', async () => {
    const tid = 'e28068902000400000000001';
    const { time, wire, observed } = dock({ epcs: [{ epc: pallet, tid }] }, { readTid: true });
    const attach = wire.attach.bind(wire);
    let damaged = 0;
    // Every answer with a whole TID is another chip's; the questions behind it are answered as they should.
    wire.attach = (send) =>
      attach(
        send &&
          ((bytes) => {
            const isWholeTid = bytes[2] === 0x02 && bytes.length === 18;
            if (isWholeTid) damaged += 1;
            const body = fromHex(`00${tid.slice(0, -1)}2`);
            send(isWholeTid ? encodeChafonFrame({ address: 0, command: 0x02, body }) : bytes);
          }),
      );
    await time.pass(30_000);
    expect(damaged).toBeGreaterThan(3);
    expect(observed.sightings().length).toBeGreaterThan(20);
    expect(observed.sightings().filter((sighting) => sighting.tid !== undefined)).toEqual([]);
  });
});
