// The protocol control word that a tag sends before its EPC: GS1 TDS 2.3 section 9.3, bits 10 to 1F of the EPC bank.

import { uint16Bytes } from '../bytes/words.js';

const WORD_BYTES = 2;

/** Bytes of the EPC that follows a PC word: its top five bits count words of 16 bits. */
export const epcBytesTold = (pcWord: number): number => (pcWord >>> 11) * WORD_BYTES;

/** What a tag sends of an EPC in whole words: its PC word, and the EPC. */
export const withPcWord = (epc: Uint8Array): Uint8Array =>
  Uint8Array.of(...uint16Bytes((epc.length / WORD_BYTES) << 11), ...epc);

interface PcWord {
  /** Words of 16 bits that belong to the EPC. */
  readonly epcWords: number;
  readonly hasUserMemory: boolean;
  /** Whether an extended PC word follows; its words may be counted in the length. */
  readonly hasExtension: boolean;
  /** False: the bank holds a number of another system (ISO/IEC 15961), not an EPC. */
  readonly isEpc: boolean;
  /** Attribute bits of an EPC, application family identifier otherwise. */
  readonly lowByte: number;
}

/** Undefined for anything but 4 hexadecimal digits. */
function parsePcWord(pc: string): PcWord | undefined {
  if (!/^[0-9A-Fa-f]{4}$/.test(pc)) return undefined;
  const word = Number.parseInt(pc, 16);
  return {
    epcWords: word >> 11,
    hasUserMemory: (word & 0x0400) !== 0,
    hasExtension: (word & 0x0200) !== 0,
    isEpc: (word & 0x0100) === 0,
    lowByte: word & 0xff,
  };
}

/** Why an EPC of so many bits does not belong to this PC word; undefined if it does. */
export function pcWordRefusal(pc: string, epcBits: number): string | undefined {
  const word = parsePcWord(pc);
  if (word === undefined) return 'PC word is not 4 hexadecimal digits';
  if (!word.isEpc)
    return `PC word says another numbering system than EPC, family ${word.lowByte.toString(16)}`;
  const words = Math.ceil(epcBits / 16);
  if (!word.hasExtension && word.epcWords !== words)
    return `PC word says ${word.epcWords} words, the EPC has ${words}`;
  return undefined;
}
