// Frames of the M100 / QM100 UHF reader chip (YRM100x, R200, JRD-100, M5Stack): vendor protocol V2.1.
// BB type command lenHi lenLo parameters... sum 7E; sum = low byte of the sum of type..parameters.
// Splitting on 7E is wrong: sum and parameters may hold 7E and BB.

import { readUint16, uint16Bytes } from '../bytes/words.js';
import type { Attempt, TryFrame } from '../framing/scanner.js';
import { frameTypes, type M100Frame, type M100FrameType } from './codes.js';
import { isTagNoticeIntact } from './tag-notice.js';

const frameStart = 0xbb;
const frameEnd = 0x7e;
/** Start, type, command, length (2) before the parameters; sum and end after them. */
const headerBytes = 5;
const trailerBytes = 2;

/** The longest parameters accepted. A tag notice has at most 67; a longer length field is damage. */
const maxParameterBytes = 255;
export const maxM100FrameBytes = headerBytes + maxParameterBytes + trailerBytes;

/** Wire bytes of a frame. Parameters: 0..255 bytes. */
export function encodeM100Frame({ type, command, parameters }: M100Frame): Uint8Array {
  const body = [type, command, ...uint16Bytes(parameters.length), ...parameters];
  const sum = body.reduce((total, byte) => (total + byte) & 0xff, 0);
  return Uint8Array.of(frameStart, ...body, sum, frameEnd);
}

/** Frames that a reader sends: responses and notices. */
export const tryReaderFrame: TryFrame<M100Frame> = (bytes, start) =>
  tryFrame(bytes, start, (type) => type === frameTypes.response || type === frameTypes.notice);

/** Frames that a host sends: what a virtual reader listens for. */
export const tryHostFrame: TryFrame<M100Frame> = (bytes, start) =>
  tryFrame(bytes, start, (type) => type === frameTypes.command);

/** Both directions, for a listener on the line. */
export const tryM100Frame: TryFrame<M100Frame> = (bytes, start) =>
  tryFrame(bytes, start, (type) => type <= frameTypes.notice);

function tryFrame(
  bytes: Uint8Array,
  start: number,
  isExpected: (type: number) => boolean,
): Attempt<M100Frame> {
  if (bytes[start] !== frameStart) return { kind: 'none' };
  const available = bytes.length - start;
  if (available >= 2 && !isExpected(bytes[start + 1] ?? 0)) return { kind: 'none' };
  if (available < headerBytes) return { kind: 'more' };
  const parameterBytes = readUint16(bytes, start + 3);
  if (parameterBytes > maxParameterBytes) return { kind: 'none' };
  const length = headerBytes + parameterBytes + trailerBytes;
  if (available < length) return { kind: 'more' };
  return verified(bytes, start, length);
}

function verified(bytes: Uint8Array, start: number, length: number): Attempt<M100Frame> {
  const sumAt = start + length - trailerBytes;
  let sum = 0;
  for (let index = start + 1; index < sumAt; index += 1) sum = (sum + (bytes[index] ?? 0)) & 0xff;
  if (bytes[sumAt] !== sum || bytes[sumAt + 1] !== frameEnd) return { kind: 'bad-check' };
  const frame: M100Frame = {
    type: bytes[start + 1] as M100FrameType,
    command: bytes[start + 2] ?? 0,
    parameters: bytes.slice(start + headerBytes, sumAt),
  };
  // The 8-bit sum misses 0.36 % of two-byte damage; the tag's own CRC-16 inside the frame does not.
  return isTagNoticeIntact(frame) ? { kind: 'frame', frame, length } : { kind: 'bad-check' };
}
