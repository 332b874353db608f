// CRC-32 of IEEE 802.3 (reflected polynomial EDB88320, initial and final FFFFFFFF), as Ethernet, PNG and zlib have it.
// Pure. Detects damage on a wire; it is no protection against a person.

const reversedPolynomial = 0xedb88320;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) {
    value = (value & 1) === 1 ? (value >>> 1) ^ reversedPolynomial : value >>> 1;
  }
  return value;
});

/** Unsigned, 0..2^32-1. The check value over "123456789" is cbf43926. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}
