// Sentences of NMEA 0183: `$` (or `!` for encapsulated data), printable ASCII, `*`, two hex digits, CR LF.
// The checksum is the XOR of all between start and `*`. The standard lets a talker leave it out; here it is required.

import type { Attempt, TryFrame } from '../framing/scanner.js';

export interface NmeaSentence {
  readonly start: '$' | '!';
  /** GP, GN, GL, GA, GB ... or P for a maker's own sentence. */
  readonly talker: string;
  /** RMC, GGA ...; for a maker's own sentence all that follows the P. */
  readonly type: string;
  /** Behind the address; an empty text is a field without a value. */
  readonly fields: readonly string[];
  /** As received, without the line end. */
  readonly text: string;
}

/**
 * The standard says 82 characters with CR and LF. Receivers with seven digits behind the point and many satellites
 * write up to about 100, so this much is read; more without an end is noise.
 */
export const maxSentenceBytes = 128;

const dollar = 0x24;
const exclamation = 0x21;
const star = 0x2a;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;
/** `*` and two digits. */
const checkBytes = 3;
/** `*`, two digits, CR and LF. */
const trailerBytes = 5;
/** Talker and type; no field of a sentence that lost its head looks like this by its length. */
const addressForm = /^(?:P[A-Z0-9]{2,8}|[A-OQ-Z][A-Z0-9]{1,2}[A-Z]{3})$/;
const typeCharacters = 3;

export const trySentence: TryFrame<NmeaSentence> = (bytes, start) => {
  if (!isStart(bytes[start])) return { kind: 'none', skip: distanceToStart(bytes, start + 1) + 1 };
  const lastStarAt = start + maxSentenceBytes - trailerBytes;
  for (let index = start + 1; index < bytes.length && index <= lastStarAt; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte === star) return checked(bytes, start, index);
    // A new start, or a byte that no sentence has: the head of a sentence that was cut off.
    if (isStart(byte) || byte < 0x20 || byte > 0x7e) return { kind: 'none', skip: index - start };
  }
  return bytes.length <= lastStarAt ? { kind: 'more' } : { kind: 'none', skip: lastStarAt + 1 - start };
};

/** XOR of the characters, 0..255. */
export function nmeaChecksum(body: string): number {
  let sum = 0;
  for (let index = 0; index < body.length; index += 1) sum ^= body.charCodeAt(index);
  return sum & 0xff;
}

/** Wire bytes of a sentence from its address and fields, joined by commas. */
export function encodeSentence(body: string): Uint8Array {
  const check = nmeaChecksum(body).toString(16).toUpperCase().padStart(2, '0');
  return Uint8Array.from(`$${body}*${check}\r\n`, (character) => character.charCodeAt(0));
}

function checked(bytes: Uint8Array, start: number, starAt: number): Attempt<NmeaSentence> {
  const endAt = starAt + checkBytes;
  if (bytes.length <= endAt) return { kind: 'more' };
  const body = asciiOf(bytes, start + 1, starAt);
  const digits = asciiOf(bytes, starAt + 1, endAt);
  const lineEnd = lineEndBytes(bytes, endAt);
  // No start lies between here and the star, so nothing is lost by leaving it all.
  const skip = starAt + 1 - start;
  if (lineEnd === 'more') return { kind: 'more' };
  if (lineEnd === 0 || !/^[0-9A-Fa-f]{2}$/.test(digits)) return { kind: 'bad-check', skip };
  if (Number.parseInt(digits, 16) !== nmeaChecksum(body)) return { kind: 'bad-check', skip };
  const sentence = sentenceOf(bytes[start] === dollar ? '$' : '!', body, digits);
  if (sentence === undefined) return { kind: 'none', skip };
  return { kind: 'frame', frame: sentence, length: endAt + lineEnd - start };
}

function sentenceOf(start: '$' | '!', body: string, digits: string): NmeaSentence | undefined {
  const [address = '', ...fields] = body.split(',');
  if (!addressForm.test(address)) return undefined;
  const talkerEnd = address.startsWith('P') ? 1 : address.length - typeCharacters;
  return {
    start,
    talker: address.slice(0, talkerEnd),
    type: address.slice(talkerEnd),
    fields,
    text: `${start}${body}*${digits}`,
  };
}

/** CR LF, or one of them from a receiver that saves the other. */
function lineEndBytes(bytes: Uint8Array, at: number): number | 'more' {
  if (bytes[at] === lineFeed) return 1;
  if (bytes[at] !== carriageReturn) return 0;
  if (bytes.length <= at + 1) return 'more';
  return bytes[at + 1] === lineFeed ? 2 : 1;
}

function isStart(byte: number | undefined): boolean {
  return byte === dollar || byte === exclamation;
}

function distanceToStart(bytes: Uint8Array, from: number): number {
  let index = from;
  while (index < bytes.length && !isStart(bytes[index])) index += 1;
  return index - from;
}

function asciiOf(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}
