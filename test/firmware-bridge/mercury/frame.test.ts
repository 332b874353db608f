import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc16, crc16Genibus } from '../../../firmware-bridge/bytes/crc16.js';
import { newCounters } from '../../../firmware-bridge/device.js';
import { Scanner } from '../../../firmware-bridge/framing/scanner.js';
import {
  encodeBootFirmware,
  encodeGetReadPower,
  encodeSetAntennas,
  encodeSetGen2,
  encodeSetReadPower,
  encodeSetRegion,
  encodeStartStream,
  encodeStopStream,
  encodeVersion,
} from '../../../firmware-bridge/mercury/commands.js';
import { mercuryCrc } from '../../../firmware-bridge/mercury/crc.js';
import {
  encodeMercuryCommand,
  encodeMercuryReply,
  type MercuryReply,
  maxMercuryFrameBytes,
  tryMercuryCommand,
  tryMercuryFrame,
  tryMercuryReply,
} from '../../../firmware-bridge/mercury/frame.js';
import {
  decodeTagReply,
  encodeStreamRecord,
  type MercuryTagRecord,
} from '../../../firmware-bridge/mercury/tag-record.js';
import { fromHex } from '../hex.js';

interface Vector {
  name: string;
  direction: 'host->reader' | 'reader->host';
  hex: string;
}
const vectors: { frames: Vector[] } = JSON.parse(
  readFileSync(new URL('../../vectors/devices/uhf-mercury.json', import.meta.url), 'utf8'),
);
const replies = vectors.frames.filter(({ direction }) => direction === 'reader->host');
const published = (name: string) => fromHex(vectors.frames.find((vector) => vector.name === name)?.hex ?? '');
const streamFrame = published('stream tag record (rssi -60, antenna 1/1, 923200 kHz, +295 ms)');
const keepAlive = encodeMercuryReply(0x22, 0x0400);

function scanReplies(bytes: Uint8Array, counters = newCounters()): MercuryReply[] {
  return new Scanner(tryMercuryReply, maxMercuryFrameBytes, counters).push(bytes);
}
function tagsIn(bytes: Uint8Array): MercuryTagRecord[] {
  return scanReplies(bytes).flatMap((reply) => decodeTagReply(reply) ?? []);
}
function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

describe('Mercury frames', () => {
  it.each(vectors.frames.map((vector) => [vector.name, vector] as const))('reads "%s"', (_name, vector) => {
    const bytes = fromHex(vector.hex);
    const attempt = tryMercuryFrame(bytes, 0);
    if (attempt.kind !== 'frame') throw new Error(`got ${attempt.kind}`);
    const { frame, length } = attempt;
    expect(length).toBe(bytes.length);
    expect(frame.kind).toBe(vector.direction === 'host->reader' ? 'command' : 'reply');
    const { opcode, data } = frame;
    const again =
      frame.kind === 'command'
        ? encodeMercuryCommand(opcode, data)
        : encodeMercuryReply(opcode, frame.status, data);
    expect(again).toEqual(bytes);
    const ofOneDirection = frame.kind === 'command' ? tryMercuryCommand : tryMercuryReply;
    expect(ofOneDirection(bytes, 0)).toEqual(attempt);
  });

  it.each([
    ['version', encodeVersion()],
    ['boot firmware', encodeBootFirmware()],
    ['set region EU', encodeSetRegion('eu')],
    ['set region NA', encodeSetRegion('us')],
    ['set protocol GEN2', encodeSetGen2()],
    ['get read power', encodeGetReadPower()],
    ['set read power 10.00 dBm', encodeSetReadPower(1000)],
  ])('encodes "%s" as it was captured', (name, bytes) => {
    expect(bytes).toEqual(published(name));
  });

  it('starts and stops a stream with the bytes that a vendor tool was heard to send', () => {
    const hex = (bytes: Uint8Array) => Buffer.from(bytes.subarray(1, -2)).toString('hex');
    expect(hex(encodeStartStream())).toBe('102f00000122000005072210001b03e801ff');
    expect(hex(encodeStopStream())).toBe('032f000002');
    expect(hex(encodeSetAntennas([1, 3]))).toBe('05910201010303');
  });

  it('a row of ff, as on an idle line, is held back no longer than two bytes', () => {
    const counters = newCounters();
    const scanner = new Scanner(tryMercuryReply, maxMercuryFrameBytes, counters);
    expect(scanner.push(new Uint8Array(1000).fill(0xff))).toEqual([]);
    expect(scanner.pendingBytes).toBeLessThan(2);
    expect(scanner.push(keepAlive)).toHaveLength(1);
  });
});

describe('Mercury tag records', () => {
  it('gives what the reader said of the published record', () => {
    expect(tagsIn(streamFrame)).toEqual([
      {
        epc: '000000000000000000001545',
        pc: '3000',
        antenna: 1,
        rssiDbm: -60,
        readCount: 1,
        frequencyKHz: 923_200,
        offsetMs: 295,
        isIntact: true,
      },
    ]);
  });

  it('gives back what an encoder of its own put in', () => {
    const anyRecord = fc.record({
      epc: fc
        .integer({ min: 0, max: 15 })
        .chain((words) => fc.uint8Array({ minLength: words * 2, maxLength: words * 2 })),
      rssiDbm: fc.integer({ min: -128, max: 127 }),
      antenna: fc.integer({ min: 1, max: 16 }),
      frequencyKHz: fc.integer({ min: 840_000, max: 960_000 }),
      offsetMs: fc.integer({ min: 0, max: 0xffffffff }),
    });
    fc.assert(
      fc.property(anyRecord, ({ epc, ...record }) => {
        const bytes = encodeMercuryReply(0x22, 0, encodeStreamRecord(epc, record));
        expect(tagsIn(bytes)).toEqual([
          expect.objectContaining({ ...record, epc: Buffer.from(epc).toString('hex'), isIntact: true }),
        ]);
      }),
    );
  });

  it('reads several records from the tag buffer, with tag memory between', () => {
    const body = Uint8Array.of(0x10, 0x00, 0xca, 0xfe, 0x00, 0x01);
    const crc = crc16(crc16Genibus, body);
    const withMemory = [0xc8, 0x00, 0x10, 0xab, 0xcd, 0x00, 0x40, ...body, crc >>> 8, crc & 0xff];
    const memoryAndRssi = [0x00, 0x82];
    const data = [...memoryAndRssi, 0x00, 0x02, ...withMemory, ...withMemory];
    const tags = tagsIn(encodeMercuryReply(0x29, 0, data));
    expect(tags.map(({ epc, rssiDbm }) => [epc, rssiDbm])).toEqual([
      ['cafe0001', -56],
      ['cafe0001', -56],
    ]);
  });

  it('an extended PC is no part of the EPC', () => {
    const body = Uint8Array.of(0x1a, 0x00, 0x00, 0x01, 0xca, 0xfe, 0x00, 0x01);
    const crc = crc16(crc16Genibus, body);
    const data = [0x10, 0, 0x1b, 0x00, 0x00, 1, 0x00, 0x50, ...body, crc >>> 8, crc & 0xff];
    expect(tagsIn(encodeMercuryReply(0x22, 0, data))).toEqual([
      expect.objectContaining({ epc: 'cafe0001', pc: '1a00', antenna: 1, rssiDbm: undefined }),
    ]);
  });

  it('nor are two extended words', () => {
    const body = Uint8Array.of(0x22, 0x00, 0x80, 0x01, 0x00, 0x02, 0xca, 0xfe);
    const crc = crc16(crc16Genibus, body);
    const data = [0x10, 0, 0x1b, 0x00, 0x00, 1, 0x00, 0x50, ...body, crc >>> 8, crc & 0xff];
    expect(tagsIn(encodeMercuryReply(0x22, 0, data)).map(({ epc }) => epc)).toEqual(['cafe']);
  });

  it('a PC of another length is refused, though frame and tag have a right CRC', () => {
    const body = Uint8Array.of(0x18, 0x00, 0xca, 0xfe, 0x00, 0x01);
    const crc = crc16(crc16Genibus, body);
    const data = [0x10, 0, 0x1b, 0x00, 0x00, 1, 0x00, 0x40, ...body, crc >>> 8, crc & 0xff];
    expect(tryMercuryReply(encodeMercuryReply(0x22, 0, data), 0)).toEqual({ kind: 'bad-check' });
  });

  it.each([
    ['a field of unknown width', (data: Uint8Array) => data.with(3, 0x03)],
    ['bytes behind the last record', (data: Uint8Array) => Uint8Array.of(...data, 0x00)],
    ['fewer records than it counts', (data: Uint8Array) => data.with(5, 2)],
  ])('a reply with %s holds no tags, and is a frame all the same', (_what, changed) => {
    const bytes = encodeMercuryReply(0x22, 0, changed(streamFrame.slice(5, -2)));
    expect(scanReplies(bytes)).toHaveLength(1);
    expect(tagsIn(bytes)).toEqual([]);
  });

  it('a record of another tag protocol is no sighting', () => {
    const record = encodeStreamRecord(fromHex('cafe0001'), {
      rssiDbm: -50,
      antenna: 1,
      frequencyKHz: 0,
      offsetMs: 0,
    });
    const protocolOffset = 18;
    expect(record[protocolOffset]).toBe(0x05);
    record[protocolOffset] = 0x03;
    const [reply] = scanReplies(encodeMercuryReply(0x22, 0, record));
    expect(reply && decodeTagReply(reply)).toEqual([]);
  });

  it.each([
    ['EPC', 42, 0x01],
    ['PC', 29, 0x08],
    ['CRC', 44, 0x80],
  ])('a tag with a damaged %s behind a right frame CRC is refused', (_what, at, mask) => {
    const damaged = streamFrame.slice();
    damaged[at] = (damaged[at] ?? 0) ^ mask;
    const repaired = encodeMercuryReply(0x22, 0, damaged.subarray(5, -2));
    expect(tryMercuryReply(repaired, 0)).toEqual({ kind: 'bad-check' });
  });

  it('the same flip in the last two data bytes and in the CRC gets past the frame, and not past the tag', () => {
    const damaged = streamFrame.slice();
    for (const at of [damaged.length - 3, damaged.length - 1]) damaged[at] = (damaged[at] ?? 0) ^ 0x10;
    const crcAt = damaged.length - 2;
    expect(mercuryCrc(damaged, 1, crcAt)).toBe(((damaged[crcAt] ?? 0) << 8) | (damaged[crcAt + 1] ?? 0));
    expect(scanReplies(damaged)).toEqual([]);
  });

  it('never throws on the data of a reply, whatever it claims to hold', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0x22, 0x29),
        fc.uint8Array({ maxLength: 80 }),
        fc.constantFrom([], [0x10, 0x00, 0x1b, 0x01, 0xff, 0x02], [0x00, 0x86, 0x00, 0x03]),
        (opcode, rest, head) => {
          const data = Uint8Array.of(...head, ...rest);
          for (const { epc } of decodeTagReply({ opcode, status: 0, data }) ?? []) {
            expect(epc).toMatch(/^([0-9a-f]{2})*$/);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('Mercury replies under damage', () => {
  it('one damaged byte never gives a frame', () => {
    const wrong: string[] = [];
    for (const { hex } of replies) {
      const bytes = fromHex(hex);
      for (let at = 0; at < bytes.length; at += 1) {
        for (let mask = 1; mask < 256; mask += 1) {
          const damaged = bytes.slice();
          damaged[at] = (damaged[at] ?? 0) ^ mask;
          if (tryMercuryReply(damaged, 0).kind === 'frame') wrong.push(Buffer.from(damaged).toString('hex'));
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  const anyNoise = fc.uint8Array({ maxLength: 30 }).map((bytes) => bytes.filter((byte) => byte !== 0xff));
  const anyFrame = fc.constantFrom(streamFrame, keepAlive, ...replies.map(({ hex }) => fromHex(hex)));

  it('noise between frames loses none, and any chunking gives the same', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyNoise, anyFrame), { maxLength: 10 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        (parts, cuts) => {
          const stream = joined(parts.flat());
          const expected = parts.flatMap(([, frame]) => scanReplies(frame));
          const ends = [...cuts.map((cut) => cut % (stream.length + 1)), stream.length].sort((a, b) => a - b);
          const scanner = new Scanner(tryMercuryReply, maxMercuryFrameBytes, newCounters());
          const found = ends.flatMap((end, index) => scanner.push(stream.slice(ends[index - 1] ?? 0, end)));
          expect(found).toEqual(expected);
        },
      ),
    );
  });

  it('a damaged length hides later frames until the line is quiet, and loses none', () => {
    const damaged = streamFrame.slice();
    damaged[1] = 0xf0;
    const scanner = new Scanner(tryMercuryReply, maxMercuryFrameBytes, newCounters());
    const now = scanner.push(joined([damaged, keepAlive, streamFrame, keepAlive]));
    const later = scanner.flush();
    expect([...now, ...later].map(({ status }) => status)).toEqual([0x0400, 0x0000, 0x0400]);
  });

  it('holds back less than one frame of anything', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 10 }), (chunks) => {
        const scanner = new Scanner(tryMercuryReply, maxMercuryFrameBytes, newCounters());
        for (const chunk of chunks) {
          scanner.push(chunk);
          expect(scanner.pendingBytes).toBeLessThan(maxMercuryFrameBytes);
        }
      }),
    );
  });
});
