// Frames of the ThingMagic Mercury serial protocol (M5e, M6e, M6e Nano, M7e and clones of them).
// Command: FF length opcode data CRC. Reply: FF length opcode status(2) data CRC. Length counts the data alone;
// the CRC covers length to data. Nothing but the place of the CRC tells the directions apart.

import { readUint16, uint16Bytes } from '../bytes/words.js';
import type { Attempt, TryFrame } from '../framing/scanner.js';
import { mercuryOpcodes } from './codes.js';
import { mercuryCrc } from './crc.js';
import { isTagReplyIntact } from './tag-record.js';

export interface MercuryCommand {
  readonly kind: 'command';
  readonly opcode: number;
  readonly data: Uint8Array;
}

export interface MercuryReply {
  readonly kind: 'reply';
  readonly opcode: number;
  readonly status: number;
  readonly data: Uint8Array;
}

export type MercuryFrame = MercuryCommand | MercuryReply;

const frameStart = 0xff;
const crcBytes = 2;
/** Start, length, opcode. */
const commandHeaderBytes = 3;
/** And the status. */
const replyHeaderBytes = 5;
/**
 * A frame has 256 bytes at most, so a longer length is no frame. It also keeps a row of FF, which is how an idle
 * line and a wake-up look, from being held back as the start of one.
 */
export const maxMercuryFrameBytes = 256;
export const maxMercuryDataBytes = maxMercuryFrameBytes - replyHeaderBytes - crcBytes;

const knownOpcodes: ReadonlySet<number> = new Set(Object.values(mercuryOpcodes));
/** The high byte of a status names its group: 00 to 08, and 7F for a fault of the firmware itself. */
const isStatusGroup = (high: number): boolean => high <= 0x08 || high === 0x7f;

/** Wire bytes of a command; `data` 0..249 bytes. */
export function encodeMercuryCommand(opcode: number, data: ArrayLike<number> = []): Uint8Array {
  return sealed([data.length, opcode, ...Array.from(data)]);
}

/** Wire bytes of a reply as a reader sends it. For virtual readers. */
export function encodeMercuryReply(opcode: number, status: number, data: ArrayLike<number> = []): Uint8Array {
  return sealed([data.length, opcode, ...uint16Bytes(status), ...Array.from(data)]);
}

/** Frames that a host sends: what a virtual reader listens for. */
export const tryMercuryCommand: TryFrame<MercuryCommand> = (bytes, start) => {
  const found = checked(bytes, start, commandHeaderBytes);
  if (found.kind !== 'frame') return found;
  const opcode = bytes[start + 2] ?? 0;
  const data = bytes.slice(start + commandHeaderBytes, start + found.length - crcBytes);
  return { kind: 'frame', frame: { kind: 'command', opcode, data }, length: found.length };
};

/**
 * Frames that a reader sends. A tag record whose own CRC is wrong makes its frame a bad one. The frame's CRC alone
 * let a frame through in 20 MB of noise; with an opcode and a status of the protocol none came in 100 MB.
 */
export const tryMercuryReply: TryFrame<MercuryReply> = (bytes, start) => {
  const available = bytes.length - start;
  if (available >= 3 && !knownOpcodes.has(bytes[start + 2] ?? 0)) return { kind: 'none' };
  if (available >= 4 && !isStatusGroup(bytes[start + 3] ?? 0)) return { kind: 'none' };
  const found = checked(bytes, start, replyHeaderBytes);
  if (found.kind !== 'frame') return found;
  const frame: MercuryReply = {
    kind: 'reply',
    opcode: bytes[start + 2] ?? 0,
    status: readUint16(bytes, start + 3),
    data: bytes.slice(start + replyHeaderBytes, start + found.length - crcBytes),
  };
  return isTagReplyIntact(frame) ? { kind: 'frame', frame, length: found.length } : { kind: 'bad-check' };
};

/** Both directions, for a listener on the line. One reply in 65,536 could pass as a shorter command. */
export const tryMercuryFrame: TryFrame<MercuryFrame> = (bytes, start) => {
  const asCommand = tryMercuryCommand(bytes, start);
  return asCommand.kind === 'bad-check' ? tryMercuryReply(bytes, start) : asCommand;
};

function checked(bytes: Uint8Array, start: number, headerBytes: number): Attempt<undefined> {
  if (bytes[start] !== frameStart) return { kind: 'none' };
  const available = bytes.length - start;
  if (available < 2) return { kind: 'more' };
  const dataBytes = bytes[start + 1] ?? 0;
  if (dataBytes > maxMercuryDataBytes) return { kind: 'none' };
  const length = headerBytes + dataBytes + crcBytes;
  if (available < length) return { kind: 'more' };
  const crcAt = start + length - crcBytes;
  if (mercuryCrc(bytes, start + 1, crcAt) !== readUint16(bytes, crcAt)) return { kind: 'bad-check' };
  return { kind: 'frame', frame: undefined, length };
}

function sealed(body: readonly number[]): Uint8Array {
  const covered = Uint8Array.from(body);
  return Uint8Array.of(frameStart, ...covered, ...uint16Bytes(mercuryCrc(covered)));
}
