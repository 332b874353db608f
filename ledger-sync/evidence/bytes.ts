// Byte strings: hex, base64url (RFC 4648 section 5, no padding), comparison, joining, big-endian numbers.
// Strict: what comes from a stranger is not repaired.

import { EvidenceError } from './evidence-error.js';

const hexOfByte: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
);
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const NOT_A_DIGIT = 255;
const base64Value = new Uint8Array(128).fill(NOT_A_DIGIT);
for (let value = 0; value < BASE64URL.length; value++) base64Value[BASE64URL.charCodeAt(value)] = value;

/** Lower-case hex, two digits per byte, no prefix. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += hexOfByte[byte];
  return text;
}

/**
 * Inverse of `toHex`; takes capitals and a 0x in front too.
 * @throws EvidenceError HEX_MALFORMED
 */
export function fromHex(text: string): Uint8Array {
  const digits = text.startsWith('0x') ? text.slice(2) : text;
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) {
    throw new EvidenceError(
      'HEX_MALFORMED',
      `not hex digits in pairs (${text.length} characters)`,
      'give two digits 0-9 a-f per byte',
    );
  }
  const bytes = new Uint8Array(digits.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16);
  return bytes;
}

/** base64url without padding. */
export function toBase64url(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text += BASE64URL.charAt((held >> bits) & 0x3f);
    }
  }
  return bits === 0 ? text : text + BASE64URL.charAt((held << (6 - bits)) & 0x3f);
}

/**
 * Inverse of `toBase64url`. Left-over bits must be zero, or two texts would give the same bytes.
 * @throws EvidenceError BASE64_MALFORMED
 */
export function fromBase64url(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let at = 0;
  let bits = 0;
  let held = 0;
  let isClean = text.length % 4 !== 1;
  for (let index = 0; index < text.length; index++) {
    const value = base64Value[text.charCodeAt(index)] ?? NOT_A_DIGIT;
    if (value === NOT_A_DIGIT) isClean = false;
    held = ((held << 6) | value) & 0x3fff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = (held >> bits) & 0xff;
  }
  if (isClean && (held & ((1 << bits) - 1)) === 0) return bytes;
  throw new EvidenceError(
    'BASE64_MALFORMED',
    `not canonical base64url (${text.length} characters)`,
    'use the alphabet A-Z a-z 0-9 - _ without padding, with zero bits at the end',
  );
}

/** Whether two byte strings are the same. Not in constant time: nothing here is secret. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at++) if (left[at] !== right[at]) return false;
  return true;
}

/** All parts in one new array. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Writes an unsigned number of up to 2^53 - 1 big-endian into `width` bytes at `at`. */
export function writeUint(target: Uint8Array, at: number, width: number, value: number): void {
  let rest = value;
  for (let index = at + width - 1; index >= at; index--) {
    target[index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}

/** Reads `width` big-endian bytes at `at` as an unsigned number. Exact up to 6 bytes. */
export function readUint(source: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let index = at; index < at + width; index++) value = value * 256 + (source[index] ?? 0);
  return value;
}
