// Frames of the UHFReader18 / UHFReader288 protocol: Len Adr Cmd Data... crcLo crcHi; a reply has a status before its data.
// Len counts the bytes after itself. There is no start byte: a frame is wherever length and CRC-16 agree, so a reader's
// frame must also carry a command and a status that a reader can send.

import { type Crc16Parameters, crc16 } from '../bytes/crc16.js';
import type { Attempt, TryFrame } from '../framing/scanner.js';
import {
  broadcastAddress,
  chafonCommands,
  chafonModels,
  chafonStatuses,
  isKnownStatus,
  unknownCommand,
} from './codes.js';
import { decodeInventoryReply } from './inventory-reply.js';

/** CRC-16/MCRF4XX (CRC catalogue; 0x1021 reversed is 0x8408), over Len..Data, sent low byte first. */
export const crc16Mcrf4xx: Crc16Parameters = {
  polynomial: 0x8408,
  initial: 0xffff,
  finalXor: 0x0000,
  reflected: true,
};

export interface ChafonFrame {
  /** 0..254, or 255 in a request to every reader. */
  readonly address: number;
  readonly command: number;
  /** All between command and CRC: in a reply the status first. */
  readonly body: Uint8Array;
}

export const crcBytes = 2;
/** Length, address, command. */
const headerBytes = 3;
/** The smallest length byte: address, command, CRC. */
export const minLengthByte = 4;
export const maxChafonFrameBytes = 1 + 0xff;
const maxBodyBytes = maxChafonFrameBytes - headerBytes - crcBytes;

const answeredCommands: ReadonlySet<number> = new Set([...Object.values(chafonCommands), unknownCommand]);

/** Wire bytes of a frame. Throws RangeError for a body of more than 251 bytes. */
export function encodeChafonFrame({ address, command, body }: ChafonFrame): Uint8Array {
  if (body.length > maxBodyBytes)
    throw new RangeError(`body of ${body.length} bytes, at most ${maxBodyBytes}`);
  const covered = Uint8Array.of(minLengthByte + body.length, address, command, ...body);
  const crc = crc16(crc16Mcrf4xx, covered);
  return Uint8Array.of(...covered, crc & 0xff, crc >>> 8);
}

/** Frames of either direction, whatever their command: for tools. */
export const tryChafonFrame: TryFrame<ChafonFrame> = (bytes, start) => {
  const lengthByte = bytes[start] ?? 0;
  if (lengthByte < minLengthByte) return { kind: 'none' };
  return verified(bytes, start, 1 + lengthByte);
};

/**
 * Replies of a reader. The CRC alone lets one in 65,536 positions of noise pass (489 in 32 MiB); with a known command, a
 * known status, an address that a reader can have and data that fit the command it is none in 100 MB.
 */
export const tryReaderFrame: TryFrame<ChafonFrame> = (bytes, start) => {
  const lengthByte = bytes[start] ?? 0;
  if (lengthByte <= minLengthByte) return { kind: 'none' };
  const available = bytes.length - start;
  if (available >= 2 && bytes[start + 1] === broadcastAddress) return { kind: 'none' };
  if (available >= 3 && !answeredCommands.has(bytes[start + 2] ?? 0)) return { kind: 'none' };
  if (available >= 4 && !isAnswer(bytes[start + 2] ?? 0, bytes[start + 3] ?? 0)) return { kind: 'none' };
  const attempt = verified(bytes, start, 1 + lengthByte);
  if (attempt.kind !== 'frame') return attempt;
  return fitsCommand(attempt.frame) ? attempt : { kind: 'bad-check' };
};

/** The lengths of what may follow a status, by command. */
const dataBytes: ReadonlyMap<number, readonly [least: number, most: number]> = new Map([
  [unknownCommand, [0, 0]],
  [chafonCommands.setTxPower, [0, 0]],
  [chafonCommands.serialNumber, [4, 4]],
  [chafonCommands.readerInformation, [8, 16]],
  // Whole words, of a TID or of PC and EPC.
  [chafonCommands.readTag, [2, 32]],
]);
/** Antenna, read rate, number of reads. */
const statisticsBytes = 7;
/** From here on a status is an error; one says the tag's own error code after it. */
const firstErrorStatus = 0xf8;

function fitsCommand({ command, body }: ChafonFrame): boolean {
  const status = body[0] ?? 0;
  const data = body.subarray(1);
  if (status >= firstErrorStatus) return data.length <= 1;
  if (command === chafonCommands.inventory) {
    if (status === chafonStatuses.statistics) return data.length === statisticsBytes;
    return chafonModels.some((model) => decodeInventoryReply(model, data) !== undefined);
  }
  const [least, most] = dataBytes.get(command) ?? [0, maxBodyBytes];
  const isWhole =
    command !== chafonCommands.readTag || (status === chafonStatuses.done && data.length % 2 === 0);
  return isWhole && data.length >= least && data.length <= most;
}

/** Zeros are common in EPCs, so that command 00 must also be what it is for. */
function isAnswer(command: number, status: number): boolean {
  return command === unknownCommand ? status === chafonStatuses.illegalCommand : isKnownStatus(status);
}

function verified(bytes: Uint8Array, start: number, length: number): Attempt<ChafonFrame> {
  if (bytes.length - start < length) return { kind: 'more' };
  const crcAt = start + length - crcBytes;
  if (crc16(crc16Mcrf4xx, bytes, start, crcAt) !== readCrc(bytes, crcAt)) return { kind: 'bad-check' };
  const frame: ChafonFrame = {
    address: bytes[start + 1] ?? 0,
    command: bytes[start + 2] ?? 0,
    body: bytes.slice(start + headerBytes, crcAt),
  };
  return { kind: 'frame', frame, length };
}

/** The CRC as sent: low byte first. */
export function readCrc(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}
