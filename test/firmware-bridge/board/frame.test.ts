import { readFileSync } from 'node:fs';
import { encode } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeBoardFrame,
  maxBoardFrameBytes,
  refusalOfBoardFrame,
  sealCbor,
  tryBoardFrame,
} from '../../../firmware-bridge/board/frame.js';
import {
  arrayOf,
  type BoardFrame,
  type BoardReading,
  maxFrameChannels,
} from '../../../firmware-bridge/board/frame-value.js';
import { encodeJsonLine, refusalOfJsonLine, tryJsonLine } from '../../../firmware-bridge/board/json-line.js';
import { newCounters } from '../../../firmware-bridge/device.js';
import { Scanner } from '../../../firmware-bridge/framing/scanner.js';
import { fromHex } from '../hex.js';
import { anyFrame, anyReading, chunksOf, concatenated } from './frames.js';

interface Vectors {
  frames: { value: [number, number, number, number, [number, number | null][]]; wire: string }[];
}
const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../../vectors/devices/own-firmware-cobs-cbor.json', import.meta.url), 'utf8'),
);

function ascii(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}

const reading: BoardReading = {
  kind: 'reading',
  sequence: 42,
  uptimeMs: 61_234,
  flags: 0,
  values: [
    { channel: 1, milli: -18_250 },
    { channel: 2, milli: 4125 },
  ],
};
const biggest: BoardReading = {
  kind: 'reading',
  sequence: 0xffffffff,
  uptimeMs: 0xffffffff,
  flags: 255,
  values: Array.from({ length: maxFrameChannels }, (_, index) => ({ channel: 255 - index, milli: -200_000 })),
};

describe('binary frames', () => {
  it.each(vectors.frames.map(({ value, wire }) => [wire, value] as const))(
    'reads and writes %s',
    (wire, value) => {
      const attempt = tryBoardFrame(fromHex(wire), 0);
      if (attempt.kind !== 'frame' || attempt.frame.kind !== 'reading') throw new Error(attempt.kind);
      expect(attempt.length).toBe(wire.length / 2);
      expect(arrayOf(attempt.frame)).toEqual(value);
      expect(Buffer.from(encodeBoardFrame(attempt.frame)).toString('hex')).toBe(wire);
    },
  );

  it.each([
    ['version 2', encode([2, 0, 0, 0, []]), 'version 2; version 1 is known'],
    ['no version', encode(['1', 0, 0, 0, []]), 'a version that is no number; version 1 is known'],
    ['a float that is whole', fromHex('85f93c0000000080'), 'not deterministic'],
    ['a float as long as its whole number', fromHex('8501f96400000080'), 'not deterministic'],
    ['a sequence in a longer form', fromHex('85011800000080'), 'not deterministic'],
    ['an endless list', fromHex('85010000009fff'), 'not deterministic'],
    ['a second value behind', fromHex('850100000080f6'), 'not deterministic'],
    ['a cut list', fromHex('8501000000818201'), 'not deterministic'],
    ['a tag', fromHex('8501c10000008000'), 'not deterministic'],
    ['a big number', encode([1, 2 ** 32, 0, 0, []]), 'the sequence is no u32'],
    ['an uptime below zero', encode([1, 0, -1, 0, []]), 'the uptime is no u32'],
    ['flags above a byte', encode([1, 0, 0, 256, []]), 'the flags are not in 0..255'],
    ['channel 256', encode([1, 0, 0, 0, [[256, 0]]]), 'a channel number is not in 0..255'],
    ['a value above int32', encode([1, 0, 0, 0, [[1, 2 ** 31]]]), 'channel 1: the value is neither'],
    ['a text as value', encode([1, 0, 0, 0, [[1, '4']]]), 'channel 1: the value is neither'],
    [
      'one channel twice',
      encode([
        1,
        0,
        0,
        0,
        [
          [1, 4000],
          [1, 9000],
        ],
      ]),
      'channel 1 is there twice',
    ],
    ['a channel of three', encode([1, 0, 0, 0, [[1, 2, 3]]]), 'a channel is no pair'],
    ['33 channels', encode([1, 0, 0, 0, Array.from({ length: 33 }, (_, i) => [i, 0])]), 'at most 32'],
    ['an id with a line break', encode([1, 'a\nb', '1']), 'the board id is no name'],
    ['an id of 33 characters', encode([1, 'a'.repeat(33), '1']), 'the board id is no name'],
    ['no firmware version', encode([1, 'a', '']), 'the firmware version is no name'],
  ])('says what is wrong with %s, and takes nothing of it', (_what, cbor, reason) => {
    const attempt = tryBoardFrame(sealCbor(cbor), 0);
    expect(attempt).toMatchObject({ kind: 'frame', frame: { kind: 'unreadable' } });
    expect(refusalOfBoardFrame(sealCbor(cbor))).toContain(reason);
  });

  it.each([
    ['3 bytes without an end', '088501', 'no 00 ends the 3 bytes'],
    ['a zero too early', '0885010000', 'a 00 at byte 3 of 5'],
    ['a block that is too long', '0985011800', 'a COBS block runs past the end'],
    ['a wrong CRC', '03850101010680588e673000', 'CRC is 30678e58, should be 2f678e58'],
    ['no room for a CRC', '0385850200', 'a COBS block runs past the end'],
    ['a CRC alone', '058311223300', 'a CRC-32 alone has 4'],
  ])('gives the reason for %s', (_what, hex, reason) => {
    expect(refusalOfBoardFrame(fromHex(hex))).toContain(reason);
  });

  it('the biggest frame of either format fits', () => {
    expect(encodeBoardFrame(biggest).length).toBeLessThanOrEqual(maxBoardFrameBytes);
    expect(encodeJsonLine(biggest).length).toBeLessThanOrEqual(maxBoardFrameBytes);
  });
});

describe('lines', () => {
  const line = '[1,42,61234,0,[[1,-18250],[2,4125]]]';

  it.each([
    ['with its check', `${line}*467b\n`],
    ['with its check in capitals and CR', `${line}*467B\r\n`],
    ['without a check', `${line}\n`],
    ['with spaces', '[1, 42, 61234, 0, [[1, -18250], [2, 4125]]]\r\n'],
  ])('reads a line %s', (_what, text) => {
    expect(tryJsonLine(ascii(text), 0)).toEqual({ kind: 'frame', frame: reading, length: text.length });
  });

  it('writes the line that it reads', () => {
    expect(Buffer.from(encodeJsonLine(reading)).toString('latin1')).toBe(`${line}*467b\n`);
    expect(Buffer.from(encodeJsonLine(reading, false)).toString('latin1')).toBe(`${line}\n`);
  });

  it.each([
    ['a number with a point', '[1,42.0,61234,0,[]]\n'],
    ['an exponent', '[1,42,1e3,0,[]]\n'],
    ['minus zero', '[1,42,61234,0,[[1,-0]]]\n'],
    ['an escape', '[1,"\\u0061","1"]\n'],
    ['an object', '{"v":1}\n'],
    ['a value behind the end', '[1,42,61234,0,[]]5\n'],
    ['half a check', '[1,42,61234,0,[]]*46\n'],
    ['a byte of no text', '[1,"\u00e4","1"]\n'],
    ['a missing value', '[1,42,61234,0,[[1,]]]\n'],
  ])('takes nothing of %s', (_what, text) => {
    const frames = new Scanner(tryJsonLine, maxBoardFrameBytes, newCounters()).push(ascii(text));
    expect(frames).toEqual([]);
    expect(refusalOfJsonLine(ascii(text))).not.toContain('another frame');
  });

  it('gives the reason for a wrong check and for a missing end', () => {
    expect(refusalOfJsonLine(ascii(`${line}*467c\n`))).toBe('CRC is 467c, should be 467b');
    expect(refusalOfJsonLine(ascii(line))).toContain('no line feed');
    expect(refusalOfJsonLine(ascii('hello\n'))).toContain('the line is no');
  });
});

describe.each([
  ['binary', tryBoardFrame, encodeBoardFrame, 0x00],
  ['line', tryJsonLine, (frame: Parameters<typeof encodeBoardFrame>[0]) => encodeJsonLine(frame), 0x0a],
] as const)('%s frames on a bad cable', (_format, tryFrame, write, delimiter) => {
  const scan = (chunks: readonly Uint8Array[], counters = newCounters()): BoardFrame[] => {
    const scanner = new Scanner<BoardFrame>(tryFrame, maxBoardFrameBytes, counters);
    return chunks.flatMap((chunk) => {
      const frames = scanner.push(chunk);
      expect(scanner.pendingBytes).toBeLessThan(maxBoardFrameBytes);
      return frames;
    });
  };

  it('any frames in any chunks come out as they went in', () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 6 }), fc.array(fc.nat()), (frames, cuts) => {
        const counters = newCounters();
        expect(scan(chunksOf(concatenated(frames.map(write)), cuts), counters)).toEqual(frames);
        expect(counters).toMatchObject({ frames: frames.length, discardedBytes: 0, badChecks: 0 });
      }),
    );
  });

  it('noise between frames loses none, with or without a delimiter in it', () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 700 }),
      fc.uint8Array({ maxLength: 100 }).map((bytes) => bytes.filter((byte) => byte !== delimiter)),
      fc
        .array(fc.constantFrom(0x5b, 0x83, 0x85, 0x31, 0x2c), { maxLength: 100 })
        .map((bytes) => Uint8Array.from(bytes)),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(noise, anyFrame), { maxLength: 5 }),
        fc.array(fc.nat()),
        (parts, cuts) => {
          const wire = concatenated(parts.flatMap(([garbage, frame]) => [garbage, write(frame)]));
          expect(scan(chunksOf(wire, cuts))).toEqual(parts.map(([, frame]) => frame));
        },
      ),
    );
  });

  it('one damaged byte gives no wrong frame, and loses none but its own and the next', () => {
    fc.assert(
      fc.property(
        fc.tuple(anyReading(), anyReading(), anyReading()),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (frames, position, mask) => {
          const [first, second, third] = frames.map(write);
          const damaged = second?.slice() ?? new Uint8Array(0);
          const at = position % damaged.length;
          damaged[at] = (damaged[at] ?? 0) ^ mask;
          const told = scan([concatenated([first ?? damaged, damaged, third ?? damaged])]);
          // The check of a line fits one in 65,536 parts of it by chance; such a part is told as unreadable, never read.
          const found = told.filter(({ kind }) => kind !== 'unreadable');
          // Capitals in the check of a line are the same check.
          const whole = found.filter((frame) => frames.some((sent) => same(sent, frame)));
          expect(found).toEqual(whole);
          expect(found.some((frame) => same(frame, frames[0]))).toBe(true);
          expect(found.length).toBeGreaterThanOrEqual(at === damaged.length - 1 ? 1 : 2);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('nothing throws, and garbage without an end is dropped', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 5 }), (chunks) => {
        expect(scan(chunks)).toEqual([]);
        for (const chunk of chunks) expect(refusalOfBoardFrame(chunk)).not.toBe('');
        for (const chunk of chunks) expect(refusalOfJsonLine(chunk)).not.toBe('');
      }),
    );
  });

  it('a megabyte that looks like the start of a frame again and again costs each byte a bounded number of looks', () => {
    const bait = delimiter === 0 ? [0x85, 0x85, 0x01, 0x83] : [0x5b, 0x31, 0x2c, 0x5b];
    const garbage = Uint8Array.from({ length: 2 ** 20 }, (_, index) => bait[index % bait.length] ?? 0);
    let attempts = 0;
    const counting = new Scanner<BoardFrame>(
      (bytes, start) => {
        attempts += 1;
        return tryFrame(bytes, start);
      },
      maxBoardFrameBytes,
      newCounters(),
    );
    expect(counting.push(garbage)).toEqual([]);
    expect(attempts).toBeLessThanOrEqual(garbage.length);
    expect(counting.pendingBytes).toBeLessThan(maxBoardFrameBytes);
  });
});

function same(one: BoardFrame, other: BoardFrame | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
