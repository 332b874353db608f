// Arbitrary readings, hellos and lines for the properties of this folder.

import fc from 'fast-check';
import type { BoardHello, BoardReading, ChannelValue } from '../../../firmware-bridge/board/frame-value.js';

const u32 = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.constantFrom(0, 23, 24, 255, 256, 65_535, 65_536, 0xffffffff),
);
const int32 = fc.oneof(
  fc.integer({ min: -0x80000000, max: 0x7fffffff }),
  fc.integer({ min: -30_000, max: 30_000 }),
  fc.constantFrom(0, -1, -24, -25, -256, -257, -65_536, -65_537, -0x80000000, 0x7fffffff),
);
const value: fc.Arbitrary<ChannelValue> = fc.record({
  channel: fc.integer({ min: 0, max: 255 }),
  milli: fc.option(int32, { nil: null }),
});

/** `maxChannels`: the sketch sends at most 24, the protocol allows 32. */
export function anyReading(maxChannels = 32): fc.Arbitrary<BoardReading> {
  return fc.record({
    kind: fc.constant('reading' as const),
    sequence: u32,
    uptimeMs: u32,
    flags: fc.integer({ min: 0, max: 255 }),
    values: fc.uniqueArray(value, { selector: ({ channel }) => channel, maxLength: maxChannels }),
  });
}

const name = fc.stringMatching(/^[A-Za-z0-9._-]{1,32}$/);

export const anyHello: fc.Arbitrary<BoardHello> = fc.record({
  kind: fc.constant('hello' as const),
  boardId: name,
  firmwareVersion: name,
});

export const anyFrame = fc.oneof(anyReading(), anyHello);

/** Cuts bytes where `cuts` say, for properties about chunks. */
export function chunksOf(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...at, bytes.length].map((end, index) => bytes.slice(index === 0 ? 0 : at[index - 1], end));
}

export function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
