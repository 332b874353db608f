// The text format of our own sensor boards, for a first board and a terminal: one array per line,
// [1,42,61234,0,[[1,-18250],[2,null]]]*1a2b and LF. The suffix is CRC-16/MODBUS over all before the `*`.
// It may be left out; a flipped digit is then a wrong reading that nobody notices.

import { crc16, crc16Modbus } from '../bytes/crc16.js';
import type { TryFrame } from '../framing/scanner.js';
import { maxBoardFrameBytes } from './frame.js';
import { arrayOf, type BoardFrame, type BoardHello, type BoardReading, boardFrameOf } from './frame-value.js';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const openingBracket = 0x5b;
const lineShape = /^(\[[\x20-\x7e\t]*\])(?:\*([0-9A-Fa-f]{4}))?$/;
/** A version and the beginning of a second member: brackets alone are not worth a parser's work. */
const messageStart = /^\[[ \t]*\d+[ \t]*,[ \t]*["\d]/;
const messageStartBytes = 24;

interface Line {
  readonly json: string;
  /** As sent, undefined where the line has none. */
  readonly crc: number | undefined;
  readonly rightCrc: number;
}

/** Wire bytes of a line with its line end; without the suffix on demand. */
export function encodeJsonLine(frame: BoardReading | BoardHello, hasCheck = true): Uint8Array {
  const json = JSON.stringify(arrayOf(frame));
  return asciiBytes(`${json}${hasCheck ? `*${hex16(crc16(crc16Modbus, asciiBytes(json)))}` : ''}\n`);
}

export const tryJsonLine: TryFrame<BoardFrame> = (bytes, start) => {
  const skip = nextBracket(bytes, start + 1) - start;
  if (bytes[start] !== openingBracket) return { kind: 'none', skip };
  const length = bytes.subarray(start, start + maxBoardFrameBytes).indexOf(lineFeed);
  if (length < 0) {
    return bytes.length - start < maxBoardFrameBytes ? { kind: 'more' } : { kind: 'none', skip };
  }
  const head = String.fromCharCode(...bytes.subarray(start, start + messageStartBytes));
  const line = messageStart.test(head) ? lineOf(bytes.subarray(start, start + length)) : undefined;
  if (line === undefined) return { kind: 'none', skip };
  if (line.crc !== undefined && line.crc !== line.rightCrc) return { kind: 'bad-check', skip };
  const frame = frameOfJson(line.json);
  // Without a check it may as well be damage.
  if (frame.kind === 'unreadable' && line.crc === undefined) return { kind: 'none', skip };
  return { kind: 'frame', frame, length: length + 1 };
};

/** Why bytes that were meant as one line are none. */
export function refusalOfJsonLine(bytes: Uint8Array): string {
  const length = bytes.indexOf(lineFeed);
  if (length < 0) return `no line feed ends the ${bytes.length} bytes`;
  if (length !== bytes.length - 1) return `a line feed at byte ${length} of ${bytes.length}`;
  if (bytes.length > maxBoardFrameBytes) return `${bytes.length} bytes; at most ${maxBoardFrameBytes}`;
  const line = lineOf(bytes.subarray(0, length));
  if (line === undefined) return 'the line is no [...] with or without *XXXX behind it';
  if (line.crc !== undefined && line.crc !== line.rightCrc) {
    return `CRC is ${hex16(line.crc)}, should be ${hex16(line.rightCrc)}`;
  }
  const frame = frameOfJson(line.json);
  return frame.kind === 'unreadable' ? frame.reason : 'another frame was expected here';
}

function lineOf(bytes: Uint8Array): Line | undefined {
  const end = bytes.at(-1) === carriageReturn ? bytes.length - 1 : bytes.length;
  const [, json, crc] = lineShape.exec(String.fromCharCode(...bytes.subarray(0, end))) ?? [];
  if (json === undefined) return undefined;
  return {
    json,
    crc: crc === undefined ? undefined : Number.parseInt(crc, 16),
    rightCrc: crc16(crc16Modbus, bytes, 0, json.length),
  };
}

function frameOfJson(json: string): BoardFrame {
  try {
    const value: unknown = JSON.parse(json);
    // Spaces apart, only the one way to write it: no 1.0, no 1e3, no -0, no escapes.
    if (JSON.stringify(value) === json.replace(/[ \t]/g, '')) return boardFrameOf(value);
  } catch {
    // Said by the reason.
  }
  return { kind: 'unreadable', reason: 'the line is not plain JSON of whole numbers and names' };
}

function nextBracket(bytes: Uint8Array, from: number): number {
  const at = bytes.indexOf(openingBracket, from);
  return at < 0 ? bytes.length : at;
}

function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function hex16(crc: number): string {
  return crc.toString(16).padStart(4, '0');
}
