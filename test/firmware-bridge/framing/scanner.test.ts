import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newCounters } from '../../../firmware-bridge/device.js';
import { Scanner, type TryFrame } from '../../../firmware-bridge/framing/scanner.js';
import { encodeM100Frame, maxM100FrameBytes, tryReaderFrame } from '../../../firmware-bridge/m100/frame.js';
import { encodeReadReply, maxModbusFrameBytes, tryReadReply } from '../../../firmware-bridge/modbus/frame.js';
import { fromHex } from '../hex.js';

const tag = fromHex('bb02220011c9340030751feb705c5904e3d50d703a76ef7e');
const noTag = fromHex('bb01ff000115167e');
const temperature = encodeReadReply(1, 4, [0x0131, 0x0222]);
const other = encodeReadReply(1, 4, [0xff33, 0x0222]);

interface Family {
  readonly name: string;
  readonly frames: readonly Uint8Array[];
  readonly noise: number[];
  readonly maxFrameBytes: number;
  readonly tryFrame: TryFrame<unknown>;
}

const families: Family[] = [
  {
    name: 'M100',
    frames: [tag, noTag],
    // No start byte: noise that contains one is the damage property's business.
    noise: Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => byte !== 0xbb),
    maxFrameBytes: maxM100FrameBytes,
    tryFrame: tryReaderFrame,
  },
  {
    name: 'Modbus',
    frames: [temperature, other],
    noise: Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => byte !== 0x01),
    maxFrameBytes: maxModbusFrameBytes,
    tryFrame: (bytes, start) =>
      tryReadReply({ unit: 1, functionCode: 4, start: 1, quantity: 2 }, bytes, start),
  },
];

function scanner({ tryFrame, maxFrameBytes }: Family, counters = newCounters()): Scanner<unknown> {
  return new Scanner(tryFrame, maxFrameBytes, counters);
}

function inChunks(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.slice(ends[index - 1] ?? 0, end));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

describe.each(families)('scanner over $name', (family) => {
  const anyPart = fc.oneof(
    fc.constantFrom(...family.frames),
    fc.uint8Array({ maxLength: 40 }),
    // Damage that still looks like a frame: the hard case.
    fc.tuple(fc.constantFrom(...family.frames), fc.nat(), fc.nat(255)).map(([frame, at, value]) => {
      const damaged = frame.slice();
      damaged[at % damaged.length] = value;
      return damaged;
    }),
  );
  const anyStream = fc.array(anyPart, { maxLength: 20 }).map(joined);

  it('gives the same frames and counts however the bytes are cut', () => {
    fc.assert(
      fc.property(anyStream, fc.array(fc.nat(), { maxLength: 30 }), (bytes, cuts) => {
        const whole = newCounters();
        const cut = newCounters();
        const expected = scanner(family, whole).push(bytes);
        const pieces = scanner(family, cut);
        const frames = inChunks(bytes, cuts).flatMap((chunk) => pieces.push(chunk));
        expect(frames).toEqual(expected);
        expect(cut).toEqual(whole);
      }),
      { numRuns: 500 },
    );
  });

  it('loses no frame to noise around it', () => {
    const noise = fc
      .array(fc.constantFrom(...family.noise), { maxLength: 60 })
      .map((all) => Uint8Array.from(all));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(noise, fc.constantFrom(...family.frames)), { maxLength: 12 }),
        (parts) => {
          const clean = scanner(family).push(joined(parts.map(([, frame]) => frame)));
          const noisy = scanner(family).push(joined(parts.map(joined)));
          expect(noisy).toEqual(clean);
          expect(noisy).toHaveLength(parts.length);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('one damaged byte loses at most its own frame', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...family.frames), { minLength: 1, maxLength: 20 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (frames, position, mask) => {
          const bytes = joined(frames);
          const at = position % bytes.length;
          bytes[at] = (bytes[at] ?? 0) ^ mask;
          const damaged = scanner(family);
          const found = [...damaged.push(bytes), ...damaged.flush()];
          let end = 0;
          const intact = frames.filter((frame) => {
            end += frame.length;
            return at < end - frame.length || at >= end;
          });
          expect(found).toEqual(scanner(family).push(joined(intact)));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('accounts for every byte and never holds more than one frame', () => {
    fc.assert(
      fc.property(fc.array(anyStream, { maxLength: 10 }), (chunks) => {
        const counters = newCounters();
        const scan = scanner(family, counters);
        for (const chunk of chunks) {
          scan.push(chunk);
          expect(scan.pendingBytes).toBeLessThan(family.maxFrameBytes);
        }
        scan.flush();
        expect(scan.pendingBytes).toBe(0);
        const received = chunks.reduce((total, chunk) => total + chunk.length, 0);
        expect(counters.bytes).toBe(received);
        expect(counters.discardedBytes).toBeLessThanOrEqual(received);
        if (counters.frames === 0) expect(counters.discardedBytes).toBe(received);
      }),
      { numRuns: 300 },
    );
  });
});

describe('scanner', () => {
  it('counts a wrong checksum once and goes on behind it', () => {
    const counters = newCounters();
    const bad = tag.slice();
    bad[tag.length - 2] = 0x00;
    const scan = new Scanner(tryReaderFrame, maxM100FrameBytes, counters);
    expect(scan.push(joined([bad, noTag]))).toHaveLength(1);
    expect(counters).toMatchObject({ frames: 1, badChecks: 1, discardedBytes: tag.length });
  });

  it('a damaged length byte holds later frames back only until the line falls quiet', () => {
    const long = tag.slice();
    long[4] = 0xf1;
    const scan = new Scanner(tryReaderFrame, maxM100FrameBytes, newCounters());
    expect(scan.push(joined([long, tag, noTag]))).toEqual([]);
    expect(scan.flush()).toHaveLength(2);
  });

  it('keeps no view of the chunk that it was given', () => {
    const scan = new Scanner(tryReaderFrame, maxM100FrameBytes, newCounters());
    const chunk = encodeM100Frame({ type: 0x01, command: 0x03, parameters: Uint8Array.of(0, 0x41) });
    const [frame] = scan.push(chunk);
    chunk.fill(0);
    expect(frame?.parameters).toEqual(Uint8Array.of(0, 0x41));
  });

  it('a chunk that is overwritten after it was given changes no frame', () => {
    const scan = new Scanner(tryReaderFrame, maxM100FrameBytes, newCounters());
    const chunk = tag.slice(0, 10);
    scan.push(chunk);
    chunk.fill(0);
    expect(scan.push(tag.slice(10))).toHaveLength(1);
  });

  it('a protocol that never decides cannot make it hold more than one frame', () => {
    const counters = newCounters();
    const scan = new Scanner(() => ({ kind: 'more' }), 100, counters);
    for (let chunk = 0; chunk < 50; chunk += 1) {
      scan.push(new Uint8Array(77));
      expect(scan.pendingBytes).toBeLessThan(100);
    }
    expect(counters.discardedBytes + scan.pendingBytes).toBe(50 * 77);
  });

  it('a frame cut from the Buffer of a port is a copy of its own', () => {
    const chunk = Buffer.concat([Buffer.alloc(60_000), tag, tag.subarray(0, 9)]);
    const fed = new Scanner(tryReaderFrame, maxM100FrameBytes, newCounters());
    const [frame] = fed.push(chunk);
    const again = fed.push(tag.subarray(9));
    chunk.fill(0);
    expect(frame?.parameters.buffer.byteLength).toBe(frame?.parameters.length);
    expect(again).toEqual([frame]);
  });
});
