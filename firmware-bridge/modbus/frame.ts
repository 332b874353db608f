// Modbus RTU frames for reading registers: Modbus Application Protocol V1.1b3, 6.3 and 6.4; Serial Line V1.02, 2.5.1.
// Pure. A reply is only recognised as the answer to one request: unit, function and byte count must fit, and the CRC.

import { crc16, crc16Modbus } from '../bytes/crc16.js';
import { readUint16, uint16Bytes } from '../bytes/words.js';
import type { Attempt } from '../framing/scanner.js';

/** 3 reads holding registers, 4 reads input registers. */
export type ReadFunction = 3 | 4;

export interface ReadRequest {
  /** 1..247. */
  readonly unit: number;
  readonly functionCode: ReadFunction;
  /** First register as on the wire, 0..65535. */
  readonly start: number;
  /** Registers, 1..125. */
  readonly quantity: number;
}

export type ReadReply =
  | { readonly kind: 'registers'; readonly registers: readonly number[] }
  | { readonly kind: 'exception'; readonly exceptionCode: number };

const exceptionFlag = 0x80;
const crcBytes = 2;
const requestBytes = 8;
const exceptionBytes = 5;
/** Unit, function and byte count before the registers. */
const replyHeaderBytes = 3;
const maxQuantity = 125;
export const maxModbusFrameBytes = replyHeaderBytes + maxQuantity * 2 + crcBytes;

export function encodeReadRequest({ unit, functionCode, start, quantity }: ReadRequest): Uint8Array {
  return withCrc([unit, functionCode, ...uint16Bytes(start), ...uint16Bytes(quantity)]);
}

/** A reply as a slave sends it. For virtual slaves. */
export function encodeReadReply(
  unit: number,
  functionCode: number,
  registers: readonly number[],
): Uint8Array {
  return withCrc([unit, functionCode, registers.length * 2, ...registers.flatMap(uint16Bytes)]);
}

export function encodeException(unit: number, functionCode: number, exceptionCode: number): Uint8Array {
  return withCrc([unit, functionCode | exceptionFlag, exceptionCode]);
}

/** Looks for the answer to `request` and for nothing else. */
export function tryReadReply(request: ReadRequest, bytes: Uint8Array, start: number): Attempt<ReadReply> {
  if (bytes[start] !== request.unit) return { kind: 'none' };
  const available = bytes.length - start;
  if (available < 2) return { kind: 'more' };
  const functionCode = bytes[start + 1];
  const isException = functionCode === (request.functionCode | exceptionFlag);
  if (!isException && functionCode !== request.functionCode) return { kind: 'none' };
  if (available < replyHeaderBytes) return { kind: 'more' };
  const byteCount = request.quantity * 2;
  // A reply of another shape is a late one, to another question.
  if (!isException && bytes[start + 2] !== byteCount) return { kind: 'none' };
  const length = isException ? exceptionBytes : replyHeaderBytes + byteCount + crcBytes;
  if (available < length) return { kind: 'more' };
  if (!isCrcRight(bytes, start, length)) return { kind: 'bad-check' };
  const frame: ReadReply = isException
    ? { kind: 'exception', exceptionCode: bytes[start + 2] ?? 0 }
    : { kind: 'registers', registers: registersOf(bytes, start + replyHeaderBytes, request.quantity) };
  return { kind: 'frame', frame, length };
}

/** Any read request: what a virtual slave listens for. */
export function tryReadRequest(bytes: Uint8Array, start: number): Attempt<ReadRequest> {
  const available = bytes.length - start;
  const functionCode = bytes[start + 1];
  if (available >= 2 && functionCode !== 3 && functionCode !== 4) return { kind: 'none' };
  if (available < requestBytes) return { kind: 'more' };
  if (!isCrcRight(bytes, start, requestBytes)) return { kind: 'bad-check' };
  const frame: ReadRequest = {
    unit: bytes[start] ?? 0,
    functionCode: functionCode === 3 ? 3 : 4,
    start: readUint16(bytes, start + 2),
    quantity: readUint16(bytes, start + 4),
  };
  return { kind: 'frame', frame, length: requestBytes };
}

function registersOf(bytes: Uint8Array, offset: number, quantity: number): number[] {
  return Array.from({ length: quantity }, (_, index) => readUint16(bytes, offset + index * 2));
}

function isCrcRight(bytes: Uint8Array, start: number, length: number): boolean {
  const crcAt = start + length - crcBytes;
  const crc = crc16(crc16Modbus, bytes, start, crcAt);
  return bytes[crcAt] === (crc & 0xff) && bytes[crcAt + 1] === crc >>> 8;
}

function withCrc(body: readonly number[]): Uint8Array {
  const bytes = Uint8Array.from(body);
  const crc = crc16(crc16Modbus, bytes);
  return Uint8Array.of(...bytes, crc & 0xff, crc >>> 8);
}
