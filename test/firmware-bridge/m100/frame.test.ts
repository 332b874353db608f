import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc16, crc16Genibus } from '../../../firmware-bridge/bytes/crc16.js';
import { newCounters } from '../../../firmware-bridge/device.js';
import { Scanner } from '../../../firmware-bridge/framing/scanner.js';
import type { M100Frame } from '../../../firmware-bridge/m100/codes.js';
import {
  encodeInformation,
  encodeMultiPoll,
  encodeSetRegion,
  encodeSetTxPower,
  encodeStopPoll,
} from '../../../firmware-bridge/m100/commands.js';
import {
  encodeM100Frame,
  maxM100FrameBytes,
  tryHostFrame,
  tryReaderFrame,
} from '../../../firmware-bridge/m100/frame.js';
import { decodeTagNotice } from '../../../firmware-bridge/m100/tag-notice.js';
import { fromHex } from '../hex.js';

interface Vector {
  name: string;
  hex: string;
  direction: string;
  decoded?: { rssi_dbm?: number; pc?: string; epc?: string; error_code?: string };
}
interface Vectors {
  frames: Vector[];
  wrong_checksum_in_vendor_manual: { name: string; hex: string }[];
  resync_cases: { name: string; hex: string; expect: string }[];
}
const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../../vectors/devices/uhf-m100.json', import.meta.url), 'utf8'),
);

function scanReader(bytes: Uint8Array, counters = newCounters()): M100Frame[] {
  return new Scanner(tryReaderFrame, maxM100FrameBytes, counters).push(bytes);
}

describe('M100 frames', () => {
  it.each(vectors.frames.map((vector) => [vector.name, vector] as const))('reads "%s"', (_name, vector) => {
    const bytes = fromHex(vector.hex);
    const tryFrame = vector.direction === 'host->reader' ? tryHostFrame : tryReaderFrame;
    const attempt = tryFrame(bytes, 0);
    if (attempt.kind !== 'frame') throw new Error(`got ${attempt.kind}`);
    expect(attempt.length).toBe(bytes.length);
    expect(encodeM100Frame(attempt.frame)).toEqual(bytes);
    const { decoded } = vector;
    if (decoded?.epc !== undefined) {
      expect(decodeTagNotice(attempt.frame)).toEqual({
        epc: decoded.epc,
        pc: decoded.pc,
        rssiDbm: decoded.rssi_dbm,
      });
    }
    if (decoded?.error_code !== undefined) {
      expect(attempt.frame.parameters).toEqual(Uint8Array.of(Number(decoded.error_code)));
    }
  });

  it.each(vectors.wrong_checksum_in_vendor_manual.map(({ name, hex }) => [name, hex]))(
    'refuses "%s": its checksum is wrong',
    (_name, hex) => {
      const bytes = fromHex(hex ?? '');
      const counters = newCounters();
      expect(scanReader(bytes, counters)).toEqual([]);
      const isCommand = bytes[1] === 0x00;
      const tried = isCommand ? tryHostFrame(bytes, 0) : tryReaderFrame(bytes, 0);
      expect(tried.kind).toBe('bad-check');
    },
  );

  const expectedTags = [1, 12, 1];
  it.each(vectors.resync_cases.map(({ name, hex }, index) => [name, hex, expectedTags[index]] as const))(
    'resyncs: %s',
    (_name, hex, tags) => {
      const frames = scanReader(fromHex(hex));
      const notices = frames.map(decodeTagNotice).filter((notice) => notice !== undefined);
      expect(notices).toHaveLength(tags ?? -1);
      expect(new Set(notices.map(({ epc }) => epc))).toEqual(new Set(['30751feb705c5904e3d50d70']));
    },
  );

  it('finds the no-tag answer behind noise that begins like a frame', () => {
    const noisy = vectors.resync_cases[2]?.hex ?? '';
    expect(scanReader(fromHex(noisy)).map(({ command }) => command)).toEqual([0xff, 0x22]);
  });

  it.each([
    ['get hardware version', encodeInformation(0)],
    ['get software version', encodeInformation(1)],
    ['get manufacturer', encodeInformation(2)],
    ['multi poll x65535', encodeMultiPoll(65_535)],
    ['multi poll x10000', encodeMultiPoll(10_000)],
    ['stop multi poll', encodeStopPoll()],
    ['set region EU', encodeSetRegion('eu')],
    ['set tx power 20.00 dBm', encodeSetTxPower(2000)],
  ])('encodes "%s" as the vendor prints it', (name, bytes) => {
    const printed = vectors.frames.find((vector) => vector.name === name)?.hex;
    expect(Buffer.from(bytes).toString('hex')).toBe(printed);
  });
});

const tagFrames = vectors.frames
  .filter(({ decoded }) => decoded?.epc !== undefined)
  .map(({ hex }) => fromHex(hex));
const anyTag = fc.constantFrom(...tagFrames);

describe('M100 tag notices under damage', () => {
  it('one damaged byte never gives a wrong tag', () => {
    fc.assert(
      fc.property(anyTag, fc.nat(), fc.integer({ min: 1, max: 255 }), (frame, position, mask) => {
        const damaged = frame.slice();
        const at = position % damaged.length;
        damaged[at] = (damaged[at] ?? 0) ^ mask;
        expect(scanReader(damaged).map(decodeTagNotice)).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  it('two damaged bytes that keep the 8-bit sum never give another EPC', () => {
    fc.assert(
      fc.property(
        anyTag,
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (frame, first, second, step) => {
          // Between the PC and the CRC, where the sum alone notices nothing.
          const span = frame.length - 8;
          const [a, b] = [6 + (first % span), 6 + (second % span)];
          fc.pre(a !== b);
          const damaged = frame.slice();
          damaged[a] = ((damaged[a] ?? 0) + step) & 0xff;
          damaged[b] = ((damaged[b] ?? 0) - step) & 0xff;
          expect(scanReader(damaged).map(decodeTagNotice)).toEqual([]);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('a wrong EPC length behind a right sum and CRC is no tag', () => {
    const pcOfAnotherLength = [0x38, 0x00];
    const body = Uint8Array.of(...pcOfAnotherLength, ...fromHex('30751feb705c5904e3d50d70'));
    const crc = crc16(crc16Genibus, body);
    const parameters = Uint8Array.of(0xc9, ...body, crc >>> 8, crc & 0xff);
    expect(scanReader(encodeM100Frame({ type: 0x02, command: 0x22, parameters }))).toEqual([]);
    const tooShort = encodeM100Frame({ type: 0x02, command: 0x22, parameters: Uint8Array.of(0xc9, 0x00) });
    expect(scanReader(tooShort)).toEqual([]);
  });
});
