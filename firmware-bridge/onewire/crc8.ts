// CRC-8/MAXIM: Maxim Application Note 27; polynomial x^8 + x^5 + x^4 + 1, least significant bit first. Pure.

/** The CRC of bytes[0, length). Eight zero bytes have the CRC 0: a line held low looks right to it. */
export function crc8Maxim(bytes: Uint8Array, length: number): number {
  let crc = 0;
  for (let index = 0; index < length; index += 1) {
    crc ^= bytes[index] ?? 0;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0x8c : crc >>> 1;
  }
  return crc;
}
