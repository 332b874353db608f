// The firmware itself, compiled for this computer: what it sends is read by the decoder of the gateway.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeBoardFrame, maxBoardFrameBytes, tryBoardFrame } from '../../../firmware-bridge/board/frame.js';
import type { BoardFrame, BoardHello, BoardReading } from '../../../firmware-bridge/board/frame-value.js';
import { encodeJsonLine, tryJsonLine } from '../../../firmware-bridge/board/json-line.js';
import { SequenceWatch } from '../../../firmware-bridge/board/sequence-watch.js';
import { newCounters } from '../../../firmware-bridge/device.js';
import { Scanner } from '../../../firmware-bridge/framing/scanner.js';
import { hasProgram } from '../peer-program.js';
import { anyHello, anyReading, concatenated } from './frames.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const sketch = fileURLToPath(
  new URL('../../../firmware-bridge/board/sketch/coldgate-board', import.meta.url),
);
/** As the sketch has them. */
const [front, rear, door] = [1, 2, 16];
/** The sketch sends no more. */
const maxSketchChannels = 24;

describe.skipIf(!hasProgram('g++'))('the sketch', () => {
  const folder = mkdtempSync(join(tmpdir(), 'coldgate-sketch-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  beforeAll(() => {
    for (const frame of ['BinaryFrame', 'TextFrame']) {
      const strict = ['-std=c++11', '-Wall', '-Wextra', '-Wconversion', '-Werror'];
      const checked = ['-fsanitize=undefined', '-fno-sanitize-recover=all'];
      const include = ['-I', join(here, 'arduino-shim'), '-I', sketch, `-DCOLDGATE_FRAME=coldgate::${frame}`];
      const output = ['-o', join(folder, frame), join(here, 'host-main.cpp')];
      execFileSync('g++', [...strict, ...checked, ...include, ...output]);
    }
  });

  /** What the board sends while a script runs, as bytes. */
  function bytesOf(script: readonly string[], frame = 'BinaryFrame'): Uint8Array {
    const input = `${script.join('\n')}\n`;
    return new Uint8Array(execFileSync(join(folder, frame), { input, maxBuffer: 2 ** 26 }));
  }

  function framesOf(script: readonly string[]): BoardFrame[] {
    const counters = newCounters();
    const frames = new Scanner(tryBoardFrame, maxBoardFrameBytes, counters).push(bytesOf(script));
    expect(counters.badChecks).toBe(0);
    // The zero that a start begins with.
    const starts = script.filter((line) => line === 'start' || line === 'reset').length;
    expect(counters.discardedBytes).toBe(starts);
    return frames;
  }

  function readingsOf(script: readonly string[]): BoardReading[] {
    return framesOf(script).filter((frame): frame is BoardReading => frame.kind === 'reading');
  }

  const plugged = ['probe 0 -292', 'probe 1 66', 'start'];

  it('says who it is at its start, every minute and when asked', () => {
    const hello = { kind: 'hello', boardId: 'coldgate-board-1', firmwareVersion: '1.0.0' };
    const hellos = framesOf([...plugged, 'advance 61000', 'ask']).filter(({ kind }) => kind === 'hello');
    expect(hellos).toEqual([hello, hello, hello]);
  });

  it('gives its readings on the beat, the first one after one conversion', () => {
    const readings = readingsOf([...plugged, 'advance 40900']);
    expect(readings.map(({ sequence, uptimeMs }) => [sequence, uptimeMs])).toEqual([
      [0, 801],
      [1, 10_800],
      [2, 20_800],
      [3, 30_800],
      [4, 40_800],
    ]);
    for (const { flags, values } of readings) {
      expect(flags).toBe(0);
      expect(values).toEqual([
        { channel: front, milli: -18_250 },
        { channel: rear, milli: 4125 },
        { channel: door, milli: 0 },
      ]);
    }
  });

  it('an unplugged probe has no value, and the other one keeps its channel', () => {
    const [before, without, again] = readingsOf([
      ...plugged,
      'advance 5000',
      'unplug 0',
      'advance 10000',
      'plug 0',
      'probe 0 -300',
      'advance 10000',
    ]);
    expect(before?.flags).toBe(0);
    expect(without).toMatchObject({
      flags: 1,
      values: [
        { channel: front, milli: null },
        { channel: rear, milli: 4125 },
        { channel: door, milli: 0 },
      ],
    });
    expect(again?.values[0]).toEqual({ channel: front, milli: -18_750 });
  });

  it.each([
    ['a bus shorted to ground', 'short', [null, null]],
    ['no probe at all', 'unplug 0\nunplug 1', [null, null]],
    ['a flipped bit on the bus', 'flip', [null, null]],
    ['probes that never convert and still have 85 degC from power-on', 'weak', [null, null]],
  ])('%s gives no values', (_what, trouble, expected) => {
    const [reading] = readingsOf([trouble, ...plugged, 'advance 5000']);
    expect(reading?.flags).toBe(1);
    expect(reading?.values.slice(0, 2).map(({ milli }) => milli)).toEqual(expected);
  });

  it.each([
    [0, 0],
    [1, 63],
    [-1, -63],
    [8, 500],
    [85 * 16, 85_000],
    [125 * 16, 125_000],
    [-55 * 16, -55_000],
  ])('%d sixteenths of a degree are %d thousandths', (sixteenths, milli) => {
    const [reading] = readingsOf([`probe 0 ${sixteenths}`, 'probe 1 5', 'start', 'advance 5000']);
    expect(reading?.values[0]).toEqual({ channel: front, milli });
  });

  it('a wire that was open when the measurement began gives no older value', () => {
    const script = [...plugged, 'advance 9000', 'cut', 'advance 1400', 'mend', 'advance 10600'];
    expect(readingsOf(script).map(({ values }) => values[0]?.milli)).toEqual([-18_250, null, -18_250]);
  });

  it('a loop that hung does not read a probe before its conversion has ended', () => {
    const readings = readingsOf([...plugged, 'advance 9999', 'probe 0 -100', 'hang 400', 'advance 20000']);
    expect(readings.map(({ values }) => values[0]?.milli)).toEqual([-18_250, -6250, -6250]);
    expect(readings.map(({ uptimeMs }) => uptimeMs)).toEqual([801, 11_200, 20_800]);
  });

  it('a door is told alone and after it has settled; a bouncing contact is one change', () => {
    const readings = readingsOf([
      ...plugged,
      'advance 3000',
      'open',
      'advance 20',
      'close',
      'advance 20',
      'open',
      'advance 1000',
      'close',
      'advance 10',
      'open',
      'advance 6000',
    ]);
    expect(readings.map(({ values }) => values.at(-1)?.milli)).toEqual([0, 1000]);
    expect(readings[1]).toMatchObject({
      uptimeMs: 3091,
      sequence: 1,
      values: [{ channel: door, milli: 1000 }],
    });
  });

  it('a reset starts both counters again, and the gateway sees just that', () => {
    const readings = readingsOf([...plugged, 'advance 25000', 'reset', 'advance 15000']);
    const watch = new SequenceWatch();
    expect(readings.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 0, 1]);
    const arrivals = [800, 10_800, 20_800, 25_800, 35_800];
    expect(readings.map((reading, index) => watch.follow(reading, arrivals[index] ?? 0).kind)).toEqual([
      'first',
      'next',
      'next',
      'reset',
      'next',
    ]);
  });

  it('both counters wrap, and the board keeps its beat', () => {
    const wrap = 2 ** 32;
    const readings = readingsOf([
      `millis ${wrap - 25_000}`,
      ...plugged,
      `sequence ${wrap - 2}`,
      'advance 45000',
    ]);
    expect(readings.map(({ sequence, uptimeMs }) => [sequence, uptimeMs])).toEqual([
      [wrap - 2, wrap - 24_199],
      [wrap - 1, wrap - 14_200],
      [0, wrap - 4200],
      [1, 5800],
      [2, 15_800],
    ]);
  });

  const words = ({ sequence, uptimeMs, flags, values }: BoardReading) =>
    [sequence, uptimeMs, flags, ...values.flatMap(({ channel, milli }) => [channel, String(milli)])].join(
      ' ',
    );
  const names = ({ boardId, firmwareVersion }: BoardHello) => `${boardId} ${firmwareVersion}`;

  it.each([
    ['binary', encodeBoardFrame],
    ['text', (frame: BoardReading | BoardHello) => encodeJsonLine(frame)],
  ] as const)('its %s frames are ours byte for byte', (format, write) => {
    const frames = fc.sample(anyReading(maxSketchChannels), { numRuns: 2000, seed: 7 });
    const hellos = fc.sample(anyHello, { numRuns: 200, seed: 7 });
    const script = [
      ...frames.map((frame) => `encode-${format} ${words(frame)}`),
      ...hellos.map((frame) => `hello-${format} ${names(frame)}`),
    ];
    const written = Buffer.from(bytesOf(script));
    const expected = Buffer.from(concatenated([...frames, ...hellos].map(write)));
    expect(written.length).toBe(expected.length);
    expect(written.equals(expected)).toBe(true);
  });

  it('the biggest frame of either format is whole', () => {
    const biggest: BoardReading = {
      kind: 'reading',
      sequence: 0xffffffff,
      uptimeMs: 0xffffffff,
      flags: 255,
      values: Array.from({ length: maxSketchChannels }, (_, index) => ({
        channel: 255 - index,
        milli: -0x80000000,
      })),
    };
    expect(bytesOf([`encode-binary ${words(biggest)}`])).toEqual(encodeBoardFrame(biggest));
    expect(bytesOf([`encode-text ${words(biggest)}`])).toEqual(encodeJsonLine(biggest));
  });

  it('as lines of text it says the same', () => {
    const bytes = bytesOf([...plugged, 'advance 11000'], 'TextFrame');
    const lines = new Scanner(tryJsonLine, maxBoardFrameBytes, newCounters()).push(bytes);
    expect(lines).toEqual(framesOf([...plugged, 'advance 11000']));
    expect(Buffer.from(bytes).toString('latin1')).toContain('[1,0,801,0,[[1,-18250],[2,4125],[16,0]]]*');
  });
});
