// Tag memory behind an M100 reader (vendor protocol V2.1, sections 4.5 to 4.7): a select mask for one EPC, the read command
// 39, and its answer, which names the tag that answered. The answer's check is one byte; nothing of it has a CRC of the tag.

import { hexOf, readUint16, uint16Bytes } from '../bytes/words.js';
import { epcBytesTold, withPcWord } from '../epc/pc-word.js';

export interface TagMemoryReply {
  /** Of the tag that answered, lower-case hex. */
  readonly epc: string;
  /** Protocol-control word, four lower-case hex digits. */
  readonly pc: string;
  /** What was read, lower-case hex. */
  readonly data: string;
}

/** Target S0, action 0, bank EPC: the example of section 4.5. */
const selectEpcBank = 0x01;
/** Bits of the EPC bank before the EPC: CRC-16 and PC. */
const epcBitOffset = 0x20;
const noTruncation = 0x00;
const tidBank = 0x02;
const noPassword = [0, 0, 0, 0] as const;
const pcBytes = 2;
/** A mask's length is one byte of bits. */
export const maxSelectableEpcBytes = 30;

/** Parameters of command 0C: only the tag with this EPC, 1 to 15 words, answers what follows. */
export function selectParameters(epc: Uint8Array): Uint8Array {
  const pointer = [0, 0, ...uint16Bytes(epcBitOffset)];
  return Uint8Array.of(selectEpcBank, ...pointer, epc.length * 8, noTruncation, ...epc);
}

/** Parameters of command 39 for the first `words` of the TID bank. */
export function readTidParameters(words: number): Uint8Array {
  return Uint8Array.of(...noPassword, tidBank, ...uint16Bytes(0), ...uint16Bytes(words));
}

/** Who answered a read and with what; undefined where length, PC and EPC do not fit. */
export function decodeTagMemoryReply(parameters: Uint8Array): TagMemoryReply | undefined {
  const tag = tagAt(parameters, 0);
  const dataBytes = tag === undefined ? 0 : parameters.length - tag.end;
  if (tag === undefined || dataBytes < 2 || dataBytes % 2 !== 0) return undefined;
  return { epc: tag.epc, pc: tag.pc, data: hexOf(parameters, tag.end) };
}

/** EPC in the parameters of an access error, after its code; undefined where it names no tag. */
export function taggedErrorEpc(parameters: Uint8Array): string | undefined {
  const tag = tagAt(parameters, 1);
  return tag?.end === parameters.length ? tag.epc : undefined;
}

/** Parameters of a read's answer, or with no data of an error after its code. For virtual readers. */
export function encodeTagMemoryReply(epc: Uint8Array, data: Uint8Array): Uint8Array {
  return Uint8Array.of(pcBytes + epc.length, ...withPcWord(epc), ...data);
}

/** UL (the bytes of PC and EPC), PC, EPC. */
function tagAt(bytes: Uint8Array, offset: number): { epc: string; pc: string; end: number } | undefined {
  const start = offset + 1 + pcBytes;
  const end = offset + 1 + (bytes[offset] ?? 0);
  if (start >= end || end > bytes.length) return undefined;
  const isLengthRight = epcBytesTold(readUint16(bytes, offset + 1)) === end - start;
  if (!isLengthRight) return undefined;
  return { epc: hexOf(bytes, start, end), pc: hexOf(bytes, offset + 1, start), end };
}
