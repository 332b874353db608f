import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newCounters } from '../../../firmware-bridge/device.js';
import { Scanner } from '../../../firmware-bridge/framing/scanner.js';
import {
  encodeFirmware,
  encodeGetOutputPower,
  encodeIdentifier,
  encodeRealTimeInventory,
  encodeSetOutputPower,
  encodeSetWorkAntenna,
} from '../../../firmware-bridge/r2000/commands.js';
import {
  encodeR2000Frame,
  maxReplyBytes,
  type R2000Frame,
  tryR2000Frame,
  tryReaderFrame,
} from '../../../firmware-bridge/r2000/frame.js';
import { decodeInventoryReply, encodeRoundEnd, encodeTag } from '../../../firmware-bridge/r2000/reply.js';
import { seededRandom } from '../../../firmware-bridge/simulators/simulated-device.js';
import { fromHex } from '../hex.js';

interface Vector {
  name: string;
  hex: string;
  direction: 'host->reader' | 'reader->host';
  decoded?: { antenna: number; channel: number; pc: string; epc: string; rssi_raw: number };
}
const { frames }: { frames: Vector[] } = JSON.parse(
  readFileSync(new URL('../../vectors/devices/uhf-r2000-a0.json', import.meta.url), 'utf8'),
);
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const hexNamed = (name: string) => frames.find((vector) => vector.name === name)?.hex;
const replies = frames.filter(({ direction }) => direction === 'reader->host').map(({ hex }) => fromHex(hex));
const tags = frames.filter(({ decoded }) => decoded !== undefined).map(({ hex }) => fromHex(hex));

function scanReader(chunks: readonly Uint8Array[], counters = newCounters()): R2000Frame[] {
  const scanner = new Scanner(tryReaderFrame, maxReplyBytes, counters);
  const found = chunks.flatMap((chunk) => scanner.push(chunk));
  return [...found, ...scanner.flush()];
}
const inventory = (data: Uint8Array, address = 1) => encodeR2000Frame({ address, command: 0x89, data });
const epcOf = (frame: R2000Frame | undefined) => {
  const reply = frame && decodeInventoryReply(frame.data);
  return reply?.kind === 'tag' ? reply.epc : undefined;
};

describe('R2000 frames', () => {
  it.each(frames.map((vector) => [vector.name, vector] as const))('reads "%s"', (_name, vector) => {
    const bytes = fromHex(vector.hex);
    const tryFrame = vector.direction === 'reader->host' ? tryReaderFrame : tryR2000Frame;
    const attempt = tryFrame(bytes, 0);
    if (attempt.kind !== 'frame') throw new Error(`got ${attempt.kind}`);
    expect(attempt.length).toBe(bytes.length);
    expect(encodeR2000Frame(attempt.frame)).toEqual(bytes);
    const { decoded } = vector;
    if (decoded === undefined) return;
    expect(decodeInventoryReply(attempt.frame.data)).toEqual({
      kind: 'tag',
      epc: decoded.epc,
      pc: decoded.pc,
      antenna: decoded.antenna,
      rssiDbm: decoded.rssi_raw - 129,
      channel: decoded.channel,
    });
  });

  it('reads the end of a round', () => {
    const data = fromHex(hexNamed('round summary: ant 0, rate 0x0011, total 5') ?? '').subarray(4, -1);
    expect(decodeInventoryReply(data)).toEqual({ kind: 'round-end', antenna: 1, readRate: 17, total: 5 });
  });

  it.each([
    ['set work antenna 1', encodeSetWorkAntenna(1, 1)],
    ['realtime inventory x1', encodeRealTimeInventory(1)],
    ['get firmware (broadcast)', encodeFirmware()],
  ])('encodes "%s" as captured', (name, bytes) => {
    expect(hexOf(bytes)).toBe(hexNamed(name));
  });

  it('power and identifier are asked of one reader', () => {
    expect(hexOf(encodeSetOutputPower(2, 26))).toBe('a00402761aca');
    expect(hexOf(encodeGetOutputPower(2))).toBe('a0030277e4');
    expect(hexOf(encodeIdentifier(2))).toBe('a0030268f3');
  });

  it.each([1, 2, 3, 4])('a tag at antenna %i comes back as it was put in', (antenna) => {
    const epc = fromHex('e2004074850a0103163070e1');
    expect(decodeInventoryReply(encodeTag(epc, antenna, -61, 49))).toEqual({
      kind: 'tag',
      epc: 'e2004074850a0103163070e1',
      pc: '3000',
      antenna,
      rssiDbm: -61,
      channel: 49,
    });
    expect(decodeInventoryReply(encodeRoundEnd(antenna, 300, 70_000))).toEqual({
      kind: 'round-end',
      antenna,
      readRate: 300,
      total: 70_000,
    });
  });

  it('the high bit of the RSSI byte is a port 5 to 8, not a signal strength', () => {
    const data = encodeTag(fromHex('3230386d'), 2, -60, 0);
    data[data.length - 1] = (data[data.length - 1] ?? 0) | 0x80;
    expect(decodeInventoryReply(data)).toMatchObject({ antenna: 6, rssiDbm: -60 });
  });

  it('a request is no reader’s frame, nor is one from the broadcast address', () => {
    const requests = frames
      .filter(({ direction }) => direction === 'host->reader')
      .map(({ hex }) => fromHex(hex));
    expect(scanReader(requests)).toEqual([]);
    expect(scanReader([inventory(encodeRoundEnd(1, 1, 1), 255)])).toEqual([]);
    expect(scanReader([inventory(encodeRoundEnd(1, 1, 1), 254)])).toHaveLength(1);
  });

  it('encodes no frame that its length byte cannot tell', () => {
    expect(encodeR2000Frame({ address: 1, command: 2, data: new Uint8Array(252) })).toHaveLength(257);
    expect(() => encodeR2000Frame({ address: 1, command: 2, data: new Uint8Array(253) })).toThrow(RangeError);
  });
});

describe('R2000 frames under damage', () => {
  it('no damage of one byte gives any frame', () => {
    for (const frame of replies) {
      for (let at = 0; at < frame.length; at += 1) {
        for (let mask = 1; mask < 256; mask += 1) {
          const damaged = frame.slice();
          damaged[at] = (damaged[at] ?? 0) ^ mask;
          if (scanReader([damaged]).length > 0) throw new Error(`${hexOf(damaged)} passed`);
        }
      }
    }
  });

  it('a PC that counts another length than the EPC has is refused behind a right check', () => {
    for (const tag of tags) {
      for (let words = 0; words < 32; words += 1) {
        const data = tag.slice(4, -1);
        data[1] = (words << 3) | ((data[1] ?? 0) & 0x07);
        expect(scanReader([inventory(data)])).toHaveLength(words * 2 === data.length - 4 ? 1 : 0);
      }
    }
  });

  it.each([
    ['a code that no reader gives', 0x89, '99'],
    ['an RSSI of no tag', 0x89, '8c10003230386d00'],
    ['an odd EPC', 0x89, '8c1000323038'],
    ['a round end of no antenna', 0x89, 'ff001100000005'],
    ['a firmware of three bytes', 0x72, '080101'],
    ['a command that was never asked', 0x80, '36'],
    ['a power over 33 dBm', 0x77, '64'],
    ['no data', 0x89, ''],
  ])('%s is refused behind a right check', (_what, command, hex) => {
    expect(scanReader([encodeR2000Frame({ address: 1, command, data: fromHex(hex) })])).toEqual([]);
  });

  it('of two damaged bytes no more than 0.25 % give another EPC, and none of another length', () => {
    const random = seededRandom(42);
    const below = (limit: number) => Math.floor(random() * limit);
    const runs = 100_000;
    let wrong = 0;
    for (let run = 0; run < runs; run += 1) {
      const frame = tags[run % tags.length] ?? new Uint8Array(0);
      const damaged = frame.slice();
      const first = below(frame.length);
      const second = (first + 1 + below(frame.length - 1)) % frame.length;
      for (const at of [first, second]) damaged[at] = (damaged[at] ?? 0) ^ (1 + below(255));
      const [passed] = scanReader([damaged]);
      const epc = epcOf(passed);
      if (epc === undefined || passed?.address !== 1) continue;
      expect(epc).toHaveLength(24);
      if (epc !== hexOf(frame.subarray(7, -2))) wrong += 1;
    }
    expect(wrong / runs).toBeLessThan(0.0025);
  });

  it('a wrong length byte or noise costs no later frame, however the bytes are cut', () => {
    // Noise may hold the start byte, but no whole frame: a right 8-bit check is no rarity.
    const noise = fc.uint8Array({ maxLength: 40 }).filter((bytes) => scanReader([bytes]).length === 0);
    const stream = fc.array(fc.tuple(noise, fc.constantFrom(...replies), fc.boolean()), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(stream, fc.integer({ min: 1, max: 60 }), (parts, chunkBytes) => {
        const bytes = parts.flatMap(([before, frame, isDamaged]) => [
          ...before,
          ...(isDamaged ? Uint8Array.of(0xa0, 0x45, ...frame.subarray(2)) : frame),
        ]);
        const wholeFrames = scanReader([Uint8Array.from(bytes)]).map((frame) =>
          hexOf(encodeR2000Frame(frame)),
        );
        const chunks: Uint8Array[] = [];
        for (let at = 0; at < bytes.length; at += chunkBytes) {
          chunks.push(Uint8Array.from(bytes.slice(at, at + chunkBytes)));
        }
        expect(scanReader(chunks).map((frame) => hexOf(encodeR2000Frame(frame)))).toEqual(wholeFrames);
        const wanted = parts.filter(([, , isDamaged]) => !isDamaged).map(([, frame]) => hexOf(frame));
        expect(wholeFrames).toEqual(wanted);
      }),
      { numRuns: 300 },
    );
  });

  it('noise without end holds less than one frame in memory and gives no frame', () => {
    const random = seededRandom(7);
    const scanner = new Scanner(tryReaderFrame, maxReplyBytes, newCounters());
    for (let chunk = 0; chunk < 500; chunk += 1) {
      const bytes = Uint8Array.from({ length: 1000 }, () => Math.floor(random() * 256));
      expect(scanner.push(bytes)).toEqual([]);
      expect(scanner.pendingBytes).toBeLessThan(maxReplyBytes);
    }
  });

  it('nothing that arrives makes it throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        scanReader([bytes, Uint8Array.of(0xa0, ...bytes)]);
        decodeInventoryReply(bytes);
      }),
    );
  });
});
