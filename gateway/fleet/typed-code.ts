// Bytes as a person can type them and a QR code holds them cheaply: Crockford's base32, in groups, with a checksum that finds
// a slip before anybody is asked anything. Capitals and digits only: the alphanumeric mode of a QR code.

import { concatBytes, equalBytes } from '../../ledger-sync/evidence/bytes.js';
import { sha256 } from '../../ledger-sync/evidence/sha256.js';

/** Without I, L, O and U, which are taken for others. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const BITS = 5;
const GROUP = 5;
const CHECKSUM_BYTES = 4;
/** The longest invite has about 400 bytes. */
const MAX_CHARACTERS = 1024;

const checksumOf = (bytes: Uint8Array) => sha256(bytes).subarray(0, CHECKSUM_BYTES);

/** @param mark what the text begins with */
export function typedCode(mark: string, bytes: Uint8Array): string {
  let digits = '';
  let held = 0;
  let bits = 0;
  for (const byte of concatBytes(bytes, checksumOf(bytes))) {
    held = ((held << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= BITS) {
      bits -= BITS;
      digits += ALPHABET.charAt((held >> bits) & 0x1f);
    }
  }
  if (bits > 0) digits += ALPHABET.charAt((held << (BITS - bits)) & 0x1f);
  const groups = digits.match(new RegExp(`.{1,${GROUP}}`, 'g')) ?? [];
  return [mark, ...groups].join('-');
}

/** The bytes; undefined where the mark, a digit or the checksum is wrong. Blanks, hyphens and case do not matter. */
export function readTypedCode(mark: string, text: string): Uint8Array | undefined {
  if (text.length > MAX_CHARACTERS) return undefined;
  const plain = text.toUpperCase().replaceAll(/[\s-]/g, '');
  if (!plain.startsWith(mark)) return undefined;
  const digits = plain.slice(mark.length).replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  const bytes = new Uint8Array(Math.floor((digits.length * BITS) / 8));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const digit of digits) {
    const value = ALPHABET.indexOf(digit);
    if (value < 0) return undefined;
    held = ((held << BITS) | value) & 0xffff;
    bits += BITS;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = (held >> bits) & 0xff;
  }
  // What is left over is zero and less than a digit, or one code could be written in two ways.
  if (bits >= BITS || (held & ((1 << bits) - 1)) !== 0 || at <= CHECKSUM_BYTES) return undefined;
  const content = bytes.subarray(0, -CHECKSUM_BYTES);
  return equalBytes(checksumOf(content), bytes.subarray(-CHECKSUM_BYTES)) ? content : undefined;
}
