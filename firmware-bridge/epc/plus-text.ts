// The variable-length texts and numbers of the + and ++ schemes: GS1 TDS 2.3 sections 14.5.4 to 14.5.6 and 14.5.13.

import type { BitReader } from './bit-reader.js';
import { charset82, isOfCharset } from './check-digit.js';
import { refuse } from './refusal.js';

const hexadecimal = '0123456789ABCDEF';
const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Table 14-8; index 0 is padding. */
const urnCode40 = ' ABCDEFGHIJKLMNOPQRSTUVWXYZ-.:0123456789';

/** Bits of a number of so many digits: table B, column b. */
function bitsOfDigits(digits: number): number {
  return Math.ceil(digits * Math.log2(10));
}

/** Digits of 4 bits each. */
export function readDigits(bits: BitReader, count: number): string {
  let text = '';
  for (let index = 0; index < count; index += 1) {
    const nibble = bits.number(4);
    if (nibble > 9) refuse(`digit ${index + 1} of ${count} is ${nibble}, more than 9`);
    text += nibble;
  }
  return text;
}

/** A number whose count of digits is told elsewhere, with its leading zeros. */
function readNumber(bits: BitReader, digits: number): string {
  const text = bits.integer(bitsOfDigits(digits)).toString();
  if (text.length > digits) refuse(`number ${text} has more than the ${digits} digits that its length says`);
  return text.padStart(digits, '0');
}

function readCharacters(bits: BitReader, count: number, width: number, alphabet: string): string {
  let text = '';
  for (let index = 0; index < count; index += 1) text += alphabet[bits.number(width)];
  return text;
}

/** Characters of 7 bits; the set keeps control characters and spaces out of every identity. */
function readAscii(bits: BitReader, count: number): string {
  let text = '';
  for (let index = 0; index < count; index += 1) text += String.fromCharCode(bits.number(7));
  if (!isOfCharset(text, charset82)) refuse('a character is outside the GS1 set of 82');
  return text;
}

/** Three characters in 16 bits; missing ones at the end are padding and nothing else is. */
export function readUrnCode40(bits: BitReader, count: number): string {
  let text = '';
  for (let read = 0; read < count; read += 3) {
    const triple = bits.number(16) - 1;
    if (triple < 0 || triple >= 64_000) refuse('a group of URN Code 40 is out of range');
    const indices = [Math.floor(triple / 1600), Math.floor(triple / 40) % 40, triple % 40];
    text += indices.map((index) => urnCode40[index]).join('');
  }
  const padding = text.slice(count);
  text = text.slice(0, count);
  if (text.includes(' ') || padding.trim() !== '')
    refuse('padding of URN Code 40 is not where the length ends');
  return text;
}

function readLength(bits: BitReader, width: number, max: number): number {
  const length = bits.number(width);
  if (length === 0 || length > max) refuse(`length says ${length}, 1 to ${max} are allowed`);
  return length;
}

/** Encoding indicator, length and characters. */
export function readText(bits: BitReader, maxCharacters: number): string {
  const encoding = bits.number(3);
  const length = readLength(bits, 5, maxCharacters);
  if (encoding === 0) return readNumber(bits, length);
  if (encoding === 1) return readCharacters(bits, length, 4, hexadecimal);
  if (encoding === 2) return readCharacters(bits, length, 4, hexadecimal.toLowerCase());
  if (encoding === 3) return readCharacters(bits, length, 6, base64url);
  if (encoding === 4) return readAscii(bits, length);
  if (encoding === 5) return readUrnCode40(bits, length);
  return refuse(`encoding indicator ${encoding} is reserved`);
}

/** Length in 4 bits and a number that keeps its leading zeros. */
export function readNumeric(bits: BitReader, maxDigits: number): string {
  return readNumber(bits, readLength(bits, 4, maxDigits));
}

const delimiter = 0xe;
const terminator = 0xf;

/** Digits up to the terminator; or up to the delimiter, and the text that begins with the first other character. */
export function readDelimited(bits: BitReader, maxCharacters: number): string {
  let text = '';
  for (;;) {
    const nibble = bits.number(4);
    if (nibble === terminator) return text;
    if (nibble === delimiter) break;
    if (nibble > 9) refuse(`digit ${text.length + 1} is ${nibble}, neither a digit nor an end mark`);
    text += nibble;
    if (text.length > maxCharacters) refuse(`more than ${maxCharacters} digits without an end mark`);
  }
  const rest = readText(bits, maxCharacters - text.length);
  if (/^[0-9]/.test(rest)) refuse('not canonical: a digit follows the delimiter');
  return text + rest;
}
