// Tag memory behind an R2000 reader (command 81, "cmd_read"): one request reads the same words of every tag in the field, and
// each tag's answer names it: tag count (2), length (1), PC, EPC, the tag's CRC-16, what was read, its length (1), channel
// and antenna (1), successful reads (1). PC and EPC are checked by the tag's CRC; what was read has the frame's check alone.

import { crc16, crc16Genibus } from '../bytes/crc16.js';
import { hexOf, readUint16, uint16Bytes } from '../bytes/words.js';
import { epcBytesTold, withPcWord } from '../epc/pc-word.js';

export interface TagMemoryReply {
  /** How many tags answered in all: as many frames come. */
  readonly tagCount: number;
  /** Lower-case hex, as `pc` and `data`. */
  readonly epc: string;
  readonly pc: string;
  readonly data: string;
  /** From 1. */
  readonly antenna: number;
}

const countBytes = 2;
const tagAt = countBytes + 1;
const pcBytes = 2;
const crcBytes = 2;
/** Length of what was read, channel and antenna, successful reads. */
const trailerBytes = 3;
const antennaMask = 0x03;
const tidBank = 0x02;
const noPassword = [0, 0, 0, 0] as const;

/** Data of command 81 for the first `words` of the TID bank. */
export const readTidData = (words: number): Uint8Array => Uint8Array.of(tidBank, 0, words, ...noPassword);

/** Undefined where a length, the PC or the tag's CRC does not fit. */
export function decodeTagMemoryReply(data: Uint8Array): TagMemoryReply | undefined {
  const trailerAt = data.length - trailerBytes;
  const dataBytes = data[trailerAt] ?? 0;
  const crcAt = trailerAt - dataBytes - crcBytes;
  const epcAt = tagAt + pcBytes;
  if (crcAt <= epcAt || dataBytes < 2 || dataBytes % 2 !== 0) return undefined;
  const isLengthRight = data[countBytes] === trailerAt - tagAt;
  const isPcRight = epcBytesTold(readUint16(data, tagAt)) === crcAt - epcAt;
  if (!isLengthRight || !isPcRight) return undefined;
  if (crc16(crc16Genibus, data, tagAt, crcAt) !== readUint16(data, crcAt)) return undefined;
  return {
    tagCount: readUint16(data, 0),
    epc: hexOf(data, epcAt, crcAt),
    pc: hexOf(data, tagAt, epcAt),
    data: hexOf(data, crcAt + crcBytes, trailerAt),
    antenna: ((data[trailerAt + 1] ?? 0) & antennaMask) + 1,
  };
}

/** As a reader sends it. For virtual readers. */
export function encodeTagMemoryReply(
  tagCount: number,
  epc: Uint8Array,
  read: Uint8Array,
  antenna: number,
): Uint8Array {
  const body = withPcWord(epc);
  const tag = [...body, ...uint16Bytes(crc16(crc16Genibus, body)), ...read];
  return Uint8Array.of(...uint16Bytes(tagCount), tag.length, ...tag, read.length, antenna - 1, 1);
}
