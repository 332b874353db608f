// The CRC-16 of Mercury frames: polynomial 1021 and initial FFFF, with the data shifted IN at the low end of the register.
// That is the plain remainder of the message, not CRC-16/CCITT, which shifts data against the high end.
// Weakness that follows: the last 16 bits of a message enter as they are, so the same flips in the last two data bytes
// and in the CRC go unseen. Tag records end in the tag's own CRC, which sees them.

const polynomial = 0x1021;
/** What falls out at the top, four bits at a time: n times the polynomial; its terms lie too far apart to overlap. */
const nibbleTable = Array.from({ length: 16 }, (_, nibble) => (nibble * polynomial) & 0xffff);

/** The CRC of bytes[start, end): from the length byte to the last data byte. */
export function mercuryCrc(bytes: Uint8Array, start = 0, end: number = bytes.length): number {
  let crc = 0xffff;
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index] ?? 0;
    crc = shifted(shifted(crc, byte >>> 4), byte & 0x0f);
  }
  return crc;
}

function shifted(crc: number, nibble: number): number {
  return (((crc << 4) | nibble) & 0xffff) ^ (nibbleTable[crc >>> 12] ?? 0);
}
