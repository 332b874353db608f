// Cuts any Modbus RTU frame of either direction, for a technician who listens to a bus: Modbus Application Protocol
// V1.1b3, section 6. Pure. Without the question a reply does not say which registers it holds, and an 8-byte frame of a
// write is the request as well as its echo. A function that is not listed has no known length and is not cut.

import { crc16, crc16Modbus } from '../bytes/crc16.js';
import type { Attempt } from '../framing/scanner.js';

export interface ModbusFrame {
  /** 0 is a broadcast. */
  readonly unit: number;
  /** Without the exception flag. */
  readonly functionCode: number;
  readonly kind: 'read-request' | 'read-reply' | 'write' | 'write-request' | 'exception';
  /** Between the function code and the CRC. */
  readonly body: Uint8Array;
}

interface Shape {
  readonly kind: ModbusFrame['kind'];
  readonly length: number;
}

const maxUnit = 247;
const exceptionFlag = 0x80;
const exceptionLength = 5;
const fixedLength = 8;
const headerBytes = 3;
const crcBytes = 2;
/** A reply: header, byte count of at most 250, CRC. A write of several registers has 4 bytes more. */
export const maxAnyModbusFrameBytes = 259;

export function tryAnyModbusFrame(bytes: Uint8Array, start: number): Attempt<ModbusFrame> {
  if ((bytes[start] ?? 0) > maxUnit) return { kind: 'none' };
  const available = bytes.length - start;
  if (available < headerBytes) {
    return available > 1 && shapesAt(bytes, start).length === 0 ? { kind: 'none' } : { kind: 'more' };
  }
  const shapes = shapesAt(bytes, start);
  const fitting = shapes.find(({ length }) => length <= available && isCrcRight(bytes, start, length));
  if (fitting !== undefined) {
    return { kind: 'frame', frame: frameOf(bytes, start, fitting), length: fitting.length };
  }
  if (shapes.some(({ length }) => length > available)) return { kind: 'more' };
  return { kind: shapes.length === 0 ? 'none' : 'bad-check' };
}

/** The lengths that the bytes from `start` on can have, shortest first. Needs the first two bytes at least. */
export function shapesAt(bytes: Uint8Array, start: number): readonly Shape[] {
  const functionCode = bytes[start + 1] ?? 0;
  if (functionCode > exceptionFlag) return [{ kind: 'exception', length: exceptionLength }];
  const available = bytes.length - start;
  if (functionCode >= 1 && functionCode <= 4) {
    const request: Shape = { kind: 'read-request', length: fixedLength };
    const byteCount = bytes[start + 2] ?? 0;
    const holdsRegisters = functionCode < 3 || byteCount % 2 === 0;
    if (available > 2 && !(byteCount > 0 && byteCount <= 250 && holdsRegisters)) return [request];
    const reply: Shape = { kind: 'read-reply', length: headerBytes + byteCount + crcBytes };
    return reply.length < fixedLength ? [reply, request] : [request, reply];
  }
  if (functionCode === 5 || functionCode === 6) return [{ kind: 'write', length: fixedLength }];
  if (functionCode === 15 || functionCode === 16) {
    const byteCount = bytes[start + 6] ?? 0;
    const reply: Shape = { kind: 'write', length: fixedLength };
    if (available > 6 && (byteCount === 0 || byteCount > 246)) return [reply];
    return [reply, { kind: 'write-request', length: 7 + byteCount + crcBytes }];
  }
  return [];
}

/** The two bytes that should end `bytes`, low byte first as on the wire. */
export function crcBytesOf(bytes: Uint8Array): Uint8Array {
  const crc = crc16(crc16Modbus, bytes);
  return Uint8Array.of(crc & 0xff, crc >>> 8);
}

function frameOf(bytes: Uint8Array, start: number, { kind, length }: Shape): ModbusFrame {
  return {
    unit: bytes[start] ?? 0,
    functionCode: (bytes[start + 1] ?? 0) & ~exceptionFlag,
    kind,
    body: bytes.slice(start + 2, start + length - crcBytes),
  };
}

function isCrcRight(bytes: Uint8Array, start: number, length: number): boolean {
  const crcAt = start + length - crcBytes;
  const crc = crc16(crc16Modbus, bytes, start, crcAt);
  return bytes[crcAt] === (crc & 0xff) && bytes[crcAt + 1] === crc >>> 8;
}
