// The TID banks of the tags in front of a virtual reader, and what can go wrong when one is read. Shared by all of them.

import { createCipheriv } from 'node:crypto';
import { crc16, crc16Genibus } from '../bytes/crc16.js';
import { uint16Bytes } from '../bytes/words.js';
import type { TagReadTrouble } from './fault-script.js';

/** An EPC in hex, in whole 16-bit words; or with the chip behind it. */
export type FieldTag = string | { readonly epc: string; readonly tid?: string; readonly answer?: ChipAnswer };

/** What a chip gives to a challenge; undefined: none. */
export type ChipAnswer = (challenge: Uint8Array) => Uint8Array | undefined;

/** A tag in the field whose memory can be read. */
export interface MemoryTag {
  readonly epc: Uint8Array;
  /** Empty: a chip that answers no read. */
  readonly tid: Uint8Array;
  readonly answer: ChipAnswer;
}

export type TagMemoryAnswer =
  | { readonly kind: 'data'; readonly tag: MemoryTag; readonly data: Uint8Array }
  /** The tag says that its bank is shorter. */
  | { readonly kind: 'overrun'; readonly tag: MemoryTag }
  | { readonly kind: 'none' };

/** A late answer comes this much later: after the question of another tag. */
export const lateAnswerMs = 650;
/** Any: no reader of these blocks compares it. */
const tam1Constant = [0x96, 0xc5] as const;

export function memoryTag(tag: FieldTag): MemoryTag {
  const { epc, tid = '', answer = () => undefined } = typeof tag === 'string' ? { epc: tag } : tag;
  return { epc: bytesOf(epc), tid: bytesOf(tid), answer };
}

/** A chip that holds an AES key: TAM1 of ISO/IEC 29167-10. @param key 16 bytes; @param random 0..1 at each call */
export function tam1Chip(key: Uint8Array, random: () => number): ChipAnswer {
  return (challenge) => {
    const own = Array.from({ length: 4 }, () => Math.floor(random() * 256));
    const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
    return Uint8Array.from(cipher.update(Uint8Array.of(...tam1Constant, ...own, ...challenge)));
  };
}

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** Words of a bank: 1 holds CRC-16, PC and EPC; 2 the TID. */
export interface MemoryRead {
  readonly bank: number;
  readonly from: number;
  readonly words: number;
}

/**
 * What a read gives among tags that were selected. Of two with one EPC either may answer first.
 * @param random 0..1
 */
export function readMemory(
  tags: readonly MemoryTag[],
  { bank, from, words }: MemoryRead,
  random: number,
): TagMemoryAnswer {
  const able = tags.filter(({ tid }) => tid.length > 0);
  const tag = able[Math.floor(random * able.length)];
  if (tag === undefined) return { kind: 'none' };
  const memory = bank === 1 ? epcBank(tag.epc) : tag.tid;
  const end = (from + words) * 2;
  return end > memory.length
    ? { kind: 'overrun', tag }
    : { kind: 'data', tag, data: memory.slice(from * 2, end) };
}

function epcBank(epc: Uint8Array): Uint8Array {
  const body = Uint8Array.of(...uint16Bytes((epc.length / 2) << 11), ...epc);
  return Uint8Array.of(...uint16Bytes(crc16(crc16Genibus, body)), ...body);
}

/** The tags among which a read is answered: those selected, or the others where the trouble is a wrong tag. */
export function answering<T extends MemoryTag>(
  tags: readonly T[],
  selected: Uint8Array | undefined,
  trouble: TagReadTrouble,
): readonly T[] {
  if (trouble === 'refused') return [];
  const isSelected = ({ epc }: MemoryTag): boolean => selected === undefined || sameBytes(epc, selected);
  return tags.filter((tag) => isSelected(tag) !== (trouble === 'wrong-tag'));
}

/** A frame with one flipped bit somewhere behind its head. @param random 0..1 */
export function damaged(frame: Uint8Array, random: number): Uint8Array {
  const at = Math.floor(frame.length / 2 + (random * frame.length) / 2);
  return frame.map((byte, index) => (index === Math.min(at, frame.length - 1) ? byte ^ 0x10 : byte));
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}
