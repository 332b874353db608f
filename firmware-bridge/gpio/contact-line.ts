// The lines between the driver of a contact and its transport: "chip TEXT", "level 0|1", and gpiomon's own "edge ...".
// gpiomon 1.x numbers a falling edge 0 and a rising one 1, gpiomon 2.x a rising one 1 and a falling one 2: so 2.x is
// asked for words, and a number that could mean either is not accepted.

import type { TryFrame } from '../framing/scanner.js';

export type ContactLine =
  | { readonly kind: 'chip'; readonly name: string }
  | { readonly kind: 'level'; readonly isHigh: boolean }
  | { readonly kind: 'edge'; readonly isRising: boolean };

/** What the driver may ask. */
export type ContactRequest = 'chip' | 'level';

/** A chip's name and label have at most 32 characters each. */
export const maxContactLineBytes = 128;

const lineFeed = 0x0a;
const lines: Readonly<Record<string, ContactLine>> = {
  'level 0': { kind: 'level', isHigh: false },
  'level 1': { kind: 'level', isHigh: true },
  'edge 0': { kind: 'edge', isRising: false },
  'edge 1': { kind: 'edge', isRising: true },
  'edge falling': { kind: 'edge', isRising: false },
  'edge rising': { kind: 'edge', isRising: true },
};

export const tryContactLine: TryFrame<ContactLine> = (bytes, start) => {
  const feedAt = bytes.indexOf(lineFeed, start);
  if (feedAt < 0) {
    const isTooLong = bytes.length - start >= maxContactLineBytes;
    return isTooLong ? { kind: 'none', skip: maxContactLineBytes } : { kind: 'more' };
  }
  const length = feedAt + 1 - start;
  const text = length > maxContactLineBytes ? '' : asciiOf(bytes, start, feedAt);
  const line = Object.hasOwn(lines, text) ? lines[text] : chipLine(text);
  return line === undefined ? { kind: 'none', skip: length } : { kind: 'frame', frame: line, length };
};

export function encodeRequest(request: ContactRequest): Uint8Array {
  return Uint8Array.from(`${request}?\n`, (character) => character.charCodeAt(0));
}

/** undefined for what no driver asks. */
export function decodeRequest(bytes: Uint8Array): ContactRequest | undefined {
  const text = asciiOf(bytes, 0, bytes.length);
  if (text === 'chip?\n') return 'chip';
  return text === 'level?\n' ? 'level' : undefined;
}

function chipLine(text: string): ContactLine | undefined {
  const match = /^chip ([\x20-\x7e]+)$/.exec(text);
  return match?.[1] === undefined ? undefined : { kind: 'chip', name: match[1] };
}

function asciiOf(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}
