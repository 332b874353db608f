import { encode } from 'cborg';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeBoardFrame, sealCbor } from '../../../firmware-bridge/board/frame.js';
import type { BoardReading } from '../../../firmware-bridge/board/frame-value.js';
import type { BoardFormat } from '../../../firmware-bridge/board/settings.js';
import {
  type BoardHandle,
  type BoardOptions,
  startBoard,
} from '../../../firmware-bridge/board/start-board.js';
import type { DoorObservation, HumidityObservation } from '../../../firmware-bridge/observation.js';
import {
  BoardSimulator,
  type BoardSimulatorOptions,
} from '../../../firmware-bridge/simulators/board-simulator.js';
import { FaultyWire } from '../../../firmware-bridge/simulators/wire-faults.js';
import { FakeTime } from '../fake-time.js';
import { MemoryPort } from '../memory-port.js';
import { Observed } from '../observed.js';

const running: BoardHandle[] = [];
afterEach(async () => {
  for (const handle of running.splice(0)) await handle.close();
});

const channels: BoardOptions['channels'] = [
  { channel: 1, sensorId: 'front', quantity: 'temperature' },
  { channel: 2, sensorId: 'rear', quantity: 'temperature' },
  { channel: 3, sensorId: 'air', quantity: 'humidity' },
  { channel: 16, sensorId: 'door', quantity: 'door' },
];
/** Values that a test changes. */
type Values = Record<number, number | undefined>;

function truck(device: BoardSimulatorOptions = {}, overrides: Partial<BoardOptions> = {}) {
  const time = new FakeTime();
  const values: Values = { 1: -18_250, 2: 4125, 3: 61_500 };
  const simulator = new BoardSimulator({
    clock: time,
    timers: time,
    channels: [1, 2, 3].map((channel) => ({ channel, milli: () => values[channel] })),
    ...device,
  });
  const wire = new FaultyWire(simulator);
  const port = new MemoryPort(wire);
  const observed = new Observed();
  const board = startBoard({
    id: 'board',
    format: device.format ?? 'cobs',
    open: port.open,
    clock: time,
    timers: time,
    random: () => 0.5,
    sink: observed.sink,
    channels,
    ...overrides,
  });
  running.push(board);
  const doors = () => observed.all.filter((one): one is DoorObservation => one.kind === 'door');
  const humidities = () => observed.all.filter((one): one is HumidityObservation => one.kind === 'humidity');
  return { time, values, simulator, wire, port, observed, board, doors, humidities };
}

/** A reading of the test's own, written onto the line. */
function frame(sequence: number, uptimeMs: number, values: Values, flags = 0): Uint8Array {
  const list = Object.entries(values).map(([channel, milli]) => ({
    channel: Number(channel),
    milli: milli ?? null,
  }));
  const reading: BoardReading = { kind: 'reading', sequence, uptimeMs, flags, values: list };
  return encodeBoardFrame(reading);
}

describe.each<BoardFormat>(['cobs', 'json-lines'])('a board in format %s', (format) => {
  it('says who it is and gives its readings on the beat', async () => {
    const { time, observed, board, doors, humidities } = truck({ format });
    await time.pass(62_500);
    expect(board.state()).toBe('ready');
    expect(observed.conditions('board')).toEqual(['opening', 'settling', 'identifying', 'ready']);
    expect(observed.conditionsOf('board').at(-1)?.reason).toContain('virtual-board, firmware 1.0.0');
    expect(observed.temperatures('front').map((one) => [one.temperatureMilliC, one.quality])).toEqual(
      Array.from({ length: 6 }, () => [-18_250, 'good']),
    );
    expect(observed.temperatures('rear')).toHaveLength(6);
    expect(humidities()[0]).toMatchObject({ sensorId: 'air', humidityMilliPercent: 61_500, quality: 'good' });
    expect(doors().map(({ isOpen }) => isOpen)).toEqual([false, false, false, false, false, false]);
    expect(board.counters()).toMatchObject({ badChecks: 0, timeouts: 0, opens: 1 });
    expect(board.boardCounters()).toEqual({
      duplicateFrames: 0,
      lostFrames: 0,
      resets: 0,
      unreadableFrames: 0,
      unconfiguredValues: 0,
    });
  });

  it('only ever asks: all that is written is the question', async () => {
    const { time, port } = truck({ format });
    await time.pass(200_000);
    expect(port.written.flat().map((bytes) => Buffer.from(bytes).toString('latin1'))).toEqual(['?\n']);
  });

  it('lost frames are one condition with their number', async () => {
    const { time, simulator, observed, board } = truck({ format });
    await time.pass(32_500);
    simulator.framesToLose = 2;
    await time.pass(30_000);
    expect(observed.conditions('board').slice(4)).toEqual(['frames-lost']);
    expect(observed.conditionsOf('board').at(-1)?.reason).toContain('2 frames lost: sequence 2 to 5');
    expect(board.boardCounters()).toMatchObject({ lostFrames: 2, resets: 0 });
    expect(board.state()).toBe('ready');
  });

  it('a frame that comes twice counts once', async () => {
    const { time, simulator, observed, board, doors } = truck({ format });
    await time.pass(2500);
    simulator.framesToRepeat = 3;
    await time.pass(40_000);
    expect(observed.temperatures('front')).toHaveLength(4);
    expect(doors()).toHaveLength(4);
    expect(board.boardCounters()).toMatchObject({ duplicateFrames: 3, lostFrames: 0 });
  });

  it('a start of the board is told once, and not as loss', async () => {
    const { time, simulator, observed, board } = truck({ format });
    await time.pass(52_500);
    simulator.reset();
    await time.pass(30_000);
    expect(observed.conditions('board').slice(4)).toEqual(['device-reset']);
    expect(observed.conditionsOf('board').at(-1)?.reason).toContain(
      'sequence 4 to 0, uptime 50000 to 10000 ms',
    );
    expect(board.boardCounters()).toMatchObject({ resets: 1, lostFrames: 0 });
  });

  it('both counters wrap without a word', async () => {
    const ends = { firstSequence: 2 ** 32 - 3, firstUptimeMs: 2 ** 32 - 25_000 };
    const { time, observed, board } = truck({ format, ...ends });
    await time.pass(82_500);
    expect(observed.temperatures('front')).toHaveLength(8);
    expect(observed.conditions('board')).toEqual(['opening', 'settling', 'identifying', 'ready']);
    expect(board.boardCounters()).toMatchObject({ resets: 0, lostFrames: 0 });
  });

  it('an unplugged probe is a fault with each frame, and a reading when it is back', async () => {
    const { time, values, observed } = truck({ format });
    await time.pass(12_500);
    values[2] = undefined;
    await time.pass(20_000);
    values[2] = 4250;
    await time.pass(10_000);
    expect(observed.temperatures('rear').map((one) => [one.temperatureMilliC, one.quality])).toEqual([
      [4125, 'good'],
      [0, 'probe-fault'],
      [0, 'probe-fault'],
      [4250, 'good'],
    ]);
    expect(observed.temperatures('front').every(({ quality }) => quality === 'good')).toBe(true);
  });

  it('a door is told at once when it moves, without new temperatures', async () => {
    const { time, simulator, observed, doors } = truck({ format });
    await time.pass(15_000);
    simulator.isDoorOpen = true;
    await time.pass(1000);
    simulator.isDoorOpen = false;
    await time.pass(12_000);
    expect(doors().map(({ isOpen, at }) => [at.uptimeMs - 1000, isOpen])).toEqual([
      [10_000, false],
      [15_000, true],
      [16_000, false],
    ]);
    expect(observed.temperatures('front')).toHaveLength(2);
  });

  it('unplugging and plugging back is told, and the same board goes on', async () => {
    const { time, wire, port, observed, board } = truck({ format });
    await time.pass(30_000);
    port.unplug();
    await time.pass(60_000);
    expect(board.state()).toBe('absent');
    port.plugIn(wire);
    await time.pass(30_000);
    expect(board.state()).toBe('ready');
    const words = observed.conditions('board').slice(4);
    expect(words[0]).toBe('absent');
    // Opening the port started the board again.
    expect(words.slice(-2)).toEqual(['ready', 'device-reset']);
    expect(words).not.toContain('device-changed');
    expect(words).not.toContain('frames-lost');
  });

  it('a hung board is silent, and another connection is tried', async () => {
    const { time, simulator, observed, board } = truck({ format });
    await time.pass(30_000);
    simulator.isMute = true;
    await time.pass(60_000);
    expect(observed.conditions('board').slice(4)[0]).toBe('silent');
    simulator.isMute = false;
    await time.pass(60_000);
    expect(board.state()).toBe('ready');
  });

  it('one flipped byte costs its frame and is told as lost', async () => {
    const { time, wire, observed, board } = truck({ format });
    await time.pass(12_500);
    wire.corruptByte(10, 0x01);
    await time.pass(20_000);
    expect(observed.temperatures('front')).toHaveLength(2);
    expect(observed.conditions('board').slice(4)).toEqual(['frames-lost']);
    expect(board.counters().discardedBytes).toBeGreaterThan(20);
  });
});

describe('a board at start', () => {
  it('that does not listen is known by the hello that it repeats, and its readings wait for that', async () => {
    const { time, observed, board } = truck({ isListening: false });
    await time.pass(59_000);
    expect(board.state()).toBe('identifying');
    expect(observed.temperatures('front')).toEqual([]);
    await time.pass(3000);
    expect(board.state()).toBe('ready');
    const arrivals = observed.temperatures('front').map(({ at }) => at.uptimeMs - 1000);
    expect(arrivals).toEqual([10_000, 20_000, 30_000, 40_000, 50_000, 60_000]);
    expect(board.boardCounters()).toMatchObject({ lostFrames: 0 });
  });

  it('that never says who it is is refused with the reason', async () => {
    const { time, simulator, port, observed, board } = truck();
    simulator.isMute = true;
    for (let sequence = 0; sequence < 8; sequence += 1) {
      port.deliver(frame(sequence, sequence * 10_000, { 1: 0 }));
      await time.pass(10_000);
    }
    expect(observed.conditions('board')).toContain('faulted');
    expect(board.state()).not.toBe('ready');
    expect(observed.conditionsOf('board').find(({ condition }) => condition === 'faulted')?.reason).toMatch(
      /hello/,
    );
    expect(observed.temperatures('front')).toEqual([]);
  });

  it('of a newer version is refused with the reason', async () => {
    const { time, simulator, port, observed, board } = truck();
    simulator.isMute = true;
    await time.pass(3000);
    port.deliver(sealCbor(encode([2, 'virtual-board', '9.0'])));
    await time.pass(40_000);
    expect(observed.conditionsOf('board').find(({ condition }) => condition === 'faulted')?.reason).toMatch(
      /version 2; version 1 is known/,
    );
    expect(board.boardCounters().unreadableFrames).toBe(1);
  });

  it('in another format is silent, and the reason names the format', async () => {
    const { time, observed } = truck({ format: 'json-lines' }, { format: 'cobs' });
    await time.pass(40_000);
    const silent = observed.conditionsOf('board').find(({ condition }) => condition === 'silent');
    expect(silent?.reason).toMatch(/no valid frame in \d+ ms; [1-9]\d* bytes came/);
  });

  it('input of the first two seconds is boot noise: nothing of it is read', async () => {
    const { time, port, observed, board } = truck();
    await time.pass(1000);
    port.deliver(frame(7, 900, { 1: 99_000 }));
    await time.pass(20_000);
    expect(observed.temperatures('front').map(({ temperatureMilliC }) => temperatureMilliC)).not.toContain(
      99_000,
    );
    expect(board.boardCounters()).toMatchObject({ lostFrames: 0, resets: 0 });
  });
});

describe('another board', () => {
  it('on the same port is told, and its counters are its own', async () => {
    const { time, simulator, port, observed, board } = truck();
    await time.pass(30_000);
    port.unplug();
    simulator.boardId = 'spare-board';
    await time.pass(5000);
    port.plugIn(simulator);
    await time.pass(30_000);
    const words = observed.conditions('board');
    expect(words).toContain('device-changed');
    expect(words).not.toContain('device-reset');
    expect(words).not.toContain('frames-lost');
    expect(board.state()).toBe('ready');
  });

  it('that appears on an open line ends the connection', async () => {
    const { time, simulator, observed, board } = truck();
    await time.pass(30_000);
    simulator.boardId = 'spare-board';
    await time.pass(45_000);
    const words = observed.conditions('board');
    expect(words.slice(4)).toContain('faulted');
    expect(words).toContain('device-changed');
    expect(board.state()).toBe('ready');
  });

  it('that speaks behind its hello in one burst gives no reading in the first one’s name', async () => {
    const { time, port, observed } = truck();
    await time.pass(15_000);
    observed.clear();
    const hello = encodeBoardFrame({ kind: 'hello', boardId: 'spare-board', firmwareVersion: '1.0.0' });
    port.deliver(Uint8Array.of(...hello, ...frame(1, 20_000, { 1: 99_000 })));
    await time.pass(0);
    expect(observed.temperatures('front')).toEqual([]);
    expect(observed.conditions('board')).toEqual(['faulted']);
  });

  it('that starts in its place is asked at once', async () => {
    const { time, port } = truck();
    await time.pass(25_000);
    const asked = () => port.written.flat().length;
    expect(asked()).toBe(1);
    port.deliver(frame(9, 7000, { 1: 0 }));
    expect(asked()).toBe(2);
  });

  it('that is the same one with new firmware is told', async () => {
    const { time, port, observed } = truck();
    await time.pass(15_000);
    port.deliver(encodeBoardFrame({ kind: 'hello', boardId: 'virtual-board', firmwareVersion: '1.0.1' }));
    await time.pass(0);
    expect(observed.conditionsOf('board').at(-1)?.reason).toContain('virtual-board, firmware 1.0.1');
  });
});

describe('values', () => {
  it.each<[string, Values, number, unknown]>([
    ['-200 degC', { 1: -200_000 }, 0, { temperatureMilliC: -200_000, quality: 'good' }],
    ['below -200 degC', { 1: -200_001 }, 0, { temperatureMilliC: -200_001, quality: 'out-of-range' }],
    ['850 degC', { 1: 850_000 }, 0, { temperatureMilliC: 850_000, quality: 'good' }],
    ['above 850 degC', { 1: 850_001 }, 0, { temperatureMilliC: 850_001, quality: 'out-of-range' }],
    ['a stale one', { 1: 4000 }, 2, { temperatureMilliC: 4000, quality: 'stale' }],
    ['none in a stale frame', { 1: undefined }, 3, { temperatureMilliC: 0, quality: 'probe-fault' }],
    ['dry air', { 3: -1 }, 0, { humidityMilliPercent: 0, quality: 'out-of-range' }],
    ['wet air', { 3: 100_001 }, 0, { humidityMilliPercent: 100_000, quality: 'out-of-range' }],
    ['an open door', { 16: 1 }, 0, { isOpen: true, quality: 'good' }],
    ['an open door in thousandths', { 16: 1000 }, 0, { isOpen: true, quality: 'good' }],
    ['a closed door in a stale frame', { 16: 0 }, 2, { isOpen: false, quality: 'good' }],
    ['half a door', { 16: 500 }, 0, { isOpen: false, quality: 'out-of-range' }],
    ['a door that cannot be read', { 16: undefined }, 1, { isOpen: false, quality: 'probe-fault' }],
  ])('%s', async (_what, values, flags, expected) => {
    const { time, port, observed } = truck();
    await time.pass(3000);
    observed.clear();
    port.deliver(frame(0, 500, values, flags));
    expect(observed.all).toEqual([expect.objectContaining(expected as object)]);
  });

  it('a channel that nobody configured is counted and told once', async () => {
    const { time, observed, board } = truck({}, { channels: channels.slice(0, 2) });
    await time.pass(52_500);
    const told = observed.conditionsOf('board').slice(4);
    expect(told.map(({ condition }) => condition)).toEqual(Array(2).fill('channel-unconfigured'));
    expect(told.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('channel 3 is not configured'),
      expect.stringContaining('channel 16 is not configured'),
    ]);
    expect(board.boardCounters().unconfiguredValues).toBe(10);
  });

  it('a channel that the board leaves out is unreachable after three cadences, and back when it is told', async () => {
    const { time, port, observed, simulator } = truck();
    await time.pass(12_500);
    simulator.stop();
    for (let sequence = 1; sequence <= 4; sequence += 1) {
      await time.pass(10_000);
      port.deliver(frame(sequence, sequence * 10_000 + 10_000, { 1: 0, 2: 0, 3: 0 }));
    }
    expect(observed.conditions('door')).toEqual(['probe-unreachable']);
    port.deliver(frame(5, 60_000, { 1: 0, 2: 0, 3: 0, 16: 0 }));
    expect(observed.conditions('door')).toEqual(['probe-unreachable', 'probe-reachable']);
    expect(observed.conditions('front')).toEqual([]);
  });

  it('an hour without a port makes no channel unreachable', async () => {
    const { time, wire, simulator, port, observed } = truck();
    await time.pass(15_000);
    port.unplug();
    await time.pass(3_600_000);
    port.plugIn(wire);
    await time.pass(6000);
    simulator.isDoorOpen = true;
    expect(observed.conditions('front')).toEqual([]);
  });

  it('a contact that can no longer be read is told at once', async () => {
    const { time, port, doors } = truck();
    await time.pass(3000);
    port.deliver(frame(0, 500, { 16: 0 }));
    port.deliver(frame(1, 900, { 16: undefined }));
    port.deliver(frame(2, 950, { 16: undefined }));
    expect(doors().map(({ isOpen, quality }) => [isOpen, quality])).toEqual([
      [false, 'good'],
      [false, 'probe-fault'],
    ]);
  });

  it('a board that repeats one frame for ever is silent', async () => {
    const { time, simulator, port, observed } = truck();
    await time.pass(12_500);
    simulator.stop();
    for (let turn = 0; turn < 6; turn += 1) {
      await time.pass(8000);
      port.deliver(frame(1, 20_000, { 1: 0 }));
    }
    expect(observed.conditions('board').slice(4)).toContain('silent');
  });

  it('garbage of any kind leaves the readings whole', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 5 }), async (noise) => {
        const { time, port, observed, board } = truck();
        await time.pass(3000);
        for (const garbage of noise) {
          port.deliver(garbage);
          await time.pass(10_000);
        }
        expect(observed.temperatures('front')).toHaveLength(noise.length);
        await board.close();
        expect(board.boardCounters()).toMatchObject({ lostFrames: 0, resets: 0 });
      }),
      { numRuns: 25 },
    );
  });
});

describe('settings', () => {
  const [front] = channels;
  it.each<[string, Partial<BoardOptions>]>([
    ['a format of another kind', { format: 'csv' as BoardFormat }],
    ['a cadence of 0', { cadenceMs: 0 }],
    ['a broken cadence', { cadenceMs: 1000.5 }],
    ['no channels', { channels: [] }],
    ['channel 256', { channels: [{ ...front, channel: 256 } as never] }],
    ['a channel twice', { channels: [front, { ...front, sensorId: 'x' }] as never }],
    ['a sensor twice', { channels: [front, { ...front, channel: 9 }] as never }],
    ['a sensor id with a space', { channels: [{ ...front, sensorId: 'a b' } as never] }],
    ['a quantity of another kind', { channels: [{ ...front, quantity: 'light' } as never] }],
  ])('%s is refused', (_what, overrides) => {
    expect(() => truck({}, overrides)).toThrow(expect.objectContaining({ code: 'BUS_CONFIG' }));
  });

  it('closing leaves no timer behind', async () => {
    const { time, simulator, board } = truck();
    await time.pass(15_000);
    await board.close();
    simulator.stop();
    await time.pass(100_000);
    expect(time.waiting).toBe(0);
  });
});
