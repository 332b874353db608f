// What the replies of an R2000 reader hold, by command and length, and whether a frame can be one at all:
// the 8-bit check is weak, and what a reply must look like finds part of what it misses.

import { hexOf, readUint16, uint16Bytes } from '../bytes/words.js';
import { epcBytesTold, withPcWord } from '../epc/pc-word.js';
import { broadcastAddress, isKnownCode, lastAntenna, maxTxPowerDbm, r2000Commands } from './codes.js';
import type { R2000Frame } from './frame.js';
import { decodeTagMemoryReply } from './tag-memory.js';

export interface R2000Tag {
  readonly kind: 'tag';
  /** Lower-case hex. */
  readonly epc: string;
  /** Protocol-control word, four lower-case hex digits. */
  readonly pc: string;
  /** From 1; ports 5..8 on readers that have them. */
  readonly antenna: number;
  readonly rssiDbm: number;
  /** Index into the reader's frequency table, 0..63. */
  readonly channel: number;
}

/** The end of an inventory round. */
export interface RoundEnd {
  readonly kind: 'round-end';
  readonly antenna: number;
  /** Tags per second, as the reader counts. */
  readonly readRate: number;
  /** Answers of tags in this round, as the reader counts. */
  readonly total: number;
}

/** One byte in place of what was asked for, or an acknowledgement. */
export interface ResultCode {
  readonly kind: 'code';
  readonly code: number;
}

const askedCommands: ReadonlySet<number> = new Set(Object.values(r2000Commands));
const identifierBytes = 12;
const roundEndBytes = 7;
/** Channel and antenna, PC, raw RSSI: what a tag has besides its EPC. */
const tagOverheadBytes = 4;
const epcAt = 3;
const rssiMask = 0x7f;
/** dBm = raw - 129: the vendor's own demo program. His table says one dB less below 90. */
const rssiOffsetDbm = 129;
/** Raw values of the vendor's table, 31..98; wider here, for what other firmware may say. */
const maxRssiRaw = 120;
const upperPortsBit = 0x80;

/** Reads an inventory reply, or undefined where its length or its PC does not fit. */
export function decodeInventoryReply(data: Uint8Array): R2000Tag | RoundEnd | ResultCode | undefined {
  const [first = 0] = data;
  if (data.length === 1) return { kind: 'code', code: first };
  if (data.length === roundEndBytes) {
    const total = readUint16(data, 3) * 0x1_0000 + readUint16(data, 5);
    return { kind: 'round-end', antenna: first + 1, readRate: readUint16(data, 1), total };
  }
  const epcBytes = data.length - tagOverheadBytes;
  const toldBytes = epcBytesTold(readUint16(data, 1));
  if (epcBytes < 2 || epcBytes !== toldBytes) return undefined;
  const rssiByte = data[data.length - 1] ?? 0;
  const rssiRaw = rssiByte & rssiMask;
  if (rssiRaw === 0 || rssiRaw > maxRssiRaw) return undefined;
  return {
    kind: 'tag',
    epc: hexOf(data, epcAt, data.length - 1),
    pc: hexOf(data, 1, epcAt),
    antenna: (first & 0x03) + 1 + ((rssiByte & upperPortsBit) === 0 ? 0 : lastAntenna),
    rssiDbm: rssiRaw - rssiOffsetDbm,
    channel: first >>> 2,
  };
}

/** Whether a frame whose check is right can be a reader's answer to what a gateway asks. */
export function isPlausibleReply({ address, command, data }: R2000Frame): boolean {
  if (address === broadcastAddress || !askedCommands.has(command)) return false;
  const [first = 0] = data;
  if (command === r2000Commands.realTimeInventory) {
    const reply = decodeInventoryReply(data);
    if (reply?.kind === 'code') return isKnownCode(reply.code);
    return reply !== undefined && reply.antenna <= 2 * lastAntenna;
  }
  if (command === r2000Commands.readTag && data.length > 1) return decodeTagMemoryReply(data) !== undefined;
  // Power is told in one byte too, and its values are no codes that a reader would give here.
  if (command === r2000Commands.getOutputPower && data.length === 1 && first <= maxTxPowerDbm) return true;
  if (data.length === 1 && isKnownCode(first)) return true;
  if (command === r2000Commands.firmware) return data.length === 2;
  if (command === r2000Commands.identifier) return data.length === identifierBytes;
  if (command !== r2000Commands.getOutputPower) return false;
  const ports = data.length;
  return (ports === lastAntenna || ports === 2 * lastAntenna) && data.every((dbm) => dbm <= maxTxPowerDbm);
}

/** Data of a tag as a reader sends it; `epc` in whole 16-bit words, `antenna` 1..4. For virtual readers. */
export function encodeTag(epc: Uint8Array, antenna: number, rssiDbm: number, channel: number): Uint8Array {
  return Uint8Array.of((channel << 2) | (antenna - 1), ...withPcWord(epc), rssiDbm + rssiOffsetDbm);
}

/** Data of the end of a round. For virtual readers. */
export function encodeRoundEnd(antenna: number, readRate: number, total: number): Uint8Array {
  return Uint8Array.of(
    antenna - 1,
    ...uint16Bytes(readRate),
    ...uint16Bytes(total >>> 16),
    ...uint16Bytes(total),
  );
}
