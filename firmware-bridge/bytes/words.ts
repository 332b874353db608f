// Reading and writing small fields of wire frames. Pure; a read past the end gives 0, so callers check lengths.

/** Unsigned, high byte first. */
export function readUint16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}

/** A 16-bit word as two's complement, -32768..32767. */
export function asInt16(word: number): number {
  return (word << 16) >> 16;
}

/** A byte as two's complement, -128..127. */
export function asInt8(byte: number): number {
  return (byte << 24) >> 24;
}

/** Two bytes, high byte first. */
export function uint16Bytes(word: number): [number, number] {
  return [(word >>> 8) & 0xff, word & 0xff];
}

/** Lower-case hex of bytes[start, end). */
export function hexOf(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  let text = '';
  for (const byte of bytes.subarray(start, end)) text += byte.toString(16).padStart(2, '0');
  return text;
}
