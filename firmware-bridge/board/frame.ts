// Frames of our own sensor boards on the wire, binary format: COBS( cbor || CRC-32 low byte first ) 00.
// README.md beside this file is the protocol. The delimiter is only a hint: text or noise that stands before a
// frame without a delimiter between them costs nothing, because each plausible start is tried.

import { decode, encode } from 'cborg';
import type { Attempt, TryFrame } from '../framing/scanner.js';
import { decodeCobs, encodeCobs } from './cobs.js';
import { crc32 } from './crc32.js';
import { arrayOf, type BoardFrame, type BoardHello, type BoardReading, boardFrameOf } from './frame-value.js';

/** Both formats: the longest frame with its delimiter that is waited for. */
export const maxBoardFrameBytes = 512;
/** What a host sends to ask for a hello. A board looks at the `?` and ignores all else. */
export const boardQuestion: Uint8Array = Uint8Array.of(0x3f, 0x0a);

const delimiter = 0x00;
const crcBytes = 4;
/** CBOR heads of an array of three (hello) and of five (reading): the byte behind the first COBS code. */
const firstPayloadBytes = [0x83, 0x85];
const strictCbor = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
} as const;

/** Wire bytes with their delimiter. */
export function encodeBoardFrame(frame: BoardReading | BoardHello): Uint8Array {
  return sealCbor(encode(arrayOf(frame)));
}

/** Puts check, stuffing and delimiter around CBOR bytes, whatever they say. */
export function sealCbor(cbor: Uint8Array): Uint8Array {
  const payload = new Uint8Array(cbor.length + crcBytes);
  payload.set(cbor);
  new DataView(payload.buffer).setUint32(cbor.length, crc32(cbor), true);
  return Uint8Array.of(...encodeCobs(payload), delimiter);
}

export const tryBoardFrame: TryFrame<BoardFrame> = (bytes, start) => {
  const possible = nextStart(bytes, start);
  if (possible > start) return { kind: 'none', skip: possible - start };
  const length = bytes.subarray(start, start + maxBoardFrameBytes).indexOf(delimiter);
  const skip = nextStart(bytes, start + 1) - start;
  if (length < 0) {
    return bytes.length - start < maxBoardFrameBytes ? { kind: 'more' } : { kind: 'none', skip };
  }
  return verified(bytes, start, length, skip);
};

function verified(bytes: Uint8Array, start: number, length: number, skip: number): Attempt<BoardFrame> {
  const payload = decodeCobs(bytes, start, start + length);
  if (payload === undefined || payload.length <= crcBytes) return { kind: 'none', skip };
  const cbor = payload.subarray(0, -crcBytes);
  if (crc32(cbor) !== sentCrc(payload)) return { kind: 'bad-check', skip };
  return { kind: 'frame', frame: frameOfCbor(cbor), length: length + 1 };
}

/** Why bytes that were meant as one binary frame are none. */
export function refusalOfBoardFrame(bytes: Uint8Array): string {
  const length = bytes.indexOf(delimiter);
  if (length < 0) return `no 00 ends the ${bytes.length} bytes`;
  if (length !== bytes.length - 1)
    return `a 00 at byte ${length} of ${bytes.length}; only the last one is 00`;
  if (bytes.length > maxBoardFrameBytes) return `${bytes.length} bytes; at most ${maxBoardFrameBytes}`;
  const payload = decodeCobs(bytes, 0, length);
  if (payload === undefined) return 'a COBS block runs past the end';
  if (payload.length <= crcBytes) return `${payload.length} bytes of payload; a CRC-32 alone has ${crcBytes}`;
  const cbor = payload.subarray(0, -crcBytes);
  const [sent, right] = [sentCrc(payload), crc32(cbor)];
  if (sent !== right) return `CRC is ${hex32(sent)}, should be ${hex32(right)}`;
  const frame = frameOfCbor(cbor);
  return frame.kind === 'unreadable' ? frame.reason : 'another frame was expected here';
}

/** The first position from `from` on where a frame may start, as far as the bytes tell. */
function nextStart(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at += 1) {
    const next = bytes[at + 1];
    if (next === undefined || firstPayloadBytes.includes(next)) return at;
  }
  return bytes.length;
}

function frameOfCbor(cbor: Uint8Array): BoardFrame {
  try {
    const value: unknown = decode(cbor, strictCbor);
    // cborg gives 1 for the float 1.0 as well: only the one encoding that we would write is taken.
    const again = encode(value);
    if (again.length === cbor.length && again.every((byte, index) => byte === cbor[index])) {
      return boardFrameOf(value);
    }
  } catch {
    // What it was is in the reason: the bytes had a right CRC, so this is the board's own doing.
  }
  return { kind: 'unreadable', reason: 'the payload is not deterministic CBOR' };
}

function sentCrc(payload: Uint8Array): number {
  const { buffer, byteOffset, length } = payload;
  return new DataView(buffer, byteOffset, length).getUint32(length - crcBytes, true);
}

function hex32(crc: number): string {
  return crc.toString(16).padStart(8, '0');
}
