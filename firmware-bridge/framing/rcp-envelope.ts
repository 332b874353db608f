// The envelope of Phychips RCP frames (PR9200, RED4S): BB type command lengthHi lengthLo parameters 7E CRC.
// An M100 frame begins alike and ends in a sum and 7E; only the checks tell the two apart. It stands here because
// two families need it: one that reads RCP, and one that must say that a reader speaks it.

import { type Crc16Parameters, crc16 } from '../bytes/crc16.js';
import { readUint16, uint16Bytes } from '../bytes/words.js';
import type { TryFrame } from './scanner.js';

export interface RcpEnvelope {
  /** 0 command, 1 response, 2 notice. */
  readonly type: number;
  readonly command: number;
  readonly parameters: Uint8Array;
}

const frameStart = 0xbb;
const frameEnd = 0x7e;
const lastType = 0x02;
/** Start, type, command, length (2) before the parameters; end and CRC (2) after them. */
const headerBytes = 5;
const trailerBytes = 3;
const maxParameterBytes = 255;
export const maxRcpFrameBytes = headerBytes + maxParameterBytes + trailerBytes;

/** CRC-16/IBM-3740, also called CCITT-FALSE, over type to 7E. Sent high byte first. Fits both public captures. */
const crc16Rcp: Crc16Parameters = {
  polynomial: 0x1021,
  initial: 0xffff,
  finalXor: 0x0000,
  reflected: false,
};

export function encodeRcpEnvelope({ type, command, parameters }: RcpEnvelope): Uint8Array {
  const body = Uint8Array.of(type, command, ...uint16Bytes(parameters.length), ...parameters, frameEnd);
  return Uint8Array.of(frameStart, ...body, ...uint16Bytes(crc16(crc16Rcp, body)));
}

/** Frames of both directions. */
export const tryRcpEnvelope: TryFrame<RcpEnvelope> = (bytes, start) => {
  if (bytes[start] !== frameStart) return { kind: 'none' };
  const available = bytes.length - start;
  const type = bytes[start + 1] ?? 0;
  if (type > lastType) return { kind: 'none' };
  if (available < headerBytes) return { kind: 'more' };
  const parameterBytes = readUint16(bytes, start + 3);
  if (parameterBytes > maxParameterBytes) return { kind: 'none' };
  const length = headerBytes + parameterBytes + trailerBytes;
  const endAt = start + headerBytes + parameterBytes;
  if (available > endAt - start && bytes[endAt] !== frameEnd) return { kind: 'bad-check' };
  if (available < length) return { kind: 'more' };
  if (rcpCrc(bytes, start + 1, endAt + 1) !== readUint16(bytes, endAt + 1)) return { kind: 'bad-check' };
  const parameters = bytes.slice(start + headerBytes, endAt);
  return { kind: 'frame', frame: { type, command: bytes[start + 2] ?? 0, parameters }, length };
};

/** The CRC of bytes[start, end): from the type to 7E. */
export function rcpCrc(bytes: Uint8Array, start: number, end: number): number {
  return crc16(crc16Rcp, bytes, start, end);
}
