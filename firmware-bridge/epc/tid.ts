// Decodes the TID bank of a tag chip: who designed it, its model and its serial number. GS1 TDS 2.3 section 16.
// A TID can be copied to special chips: that two agree is evidence, not proof.

import { hexDigits } from './bit-reader.js';
import { maskDesigners, tagModels } from './mask-designers.js';
import { type Decoded, decodedBy, refuse } from './refusal.js';

export interface Tid {
  /** Allocation class; E2 is the one that GS1 defines. */
  readonly allocClass: 'E2';
  /** Whether the chip has an extended TID, that is a serial number and more. */
  readonly xtid: boolean;
  /** Whether the chip can answer Authenticate or Challenge: it holds a secret. */
  readonly security: boolean;
  /** Whether the chip knows files. */
  readonly file: boolean;
  /** Mask designer identifier, 3 hexadecimal digits. */
  readonly mdid: string;
  /** Name of the mask designer, if it is registered. */
  readonly designer?: string;
  /** Tag model number, 3 hexadecimal digits. */
  readonly tmn: string;
  readonly model?: string;
  /** Absent without an extended TID, and if the read ended before it. */
  readonly xtidHeader?: string;
  /** Length of the serial number by the header; absent if there is none. */
  readonly serialBits?: number;
  /** Null if the read ended before its end. */
  readonly serial?: string | null;
  /** urn:epc:stid:...; only with a serial number. */
  readonly stidUri?: string;
}

/** Bits 13 to 15 of the XTID header: 48 + 16 (N - 1) bits of serial number, none for 0. */
function serialBitsOf(header: number): number {
  const steps = header >> 13;
  return steps === 0 ? 0 : 48 + 16 * (steps - 1);
}

function readExtension(digits: string, mdid: string, tmn: string): Partial<Tid> {
  const xtidHeader = digits.slice(8, 12);
  if (xtidHeader.length < 4) return {};
  const header = Number.parseInt(xtidHeader, 16);
  const serialBits = serialBitsOf(header);
  // With bit 0 set, more header words of a later standard follow, and the serial is nobody knows where.
  if (serialBits === 0 || (header & 1) !== 0) return { xtidHeader };
  const end = 12 + serialBits / 4;
  if (digits.length < end) return { xtidHeader, serialBits, serial: null };
  const serial = digits.slice(12, end);
  return { xtidHeader, serialBits, serial, stidUri: `urn:epc:stid:x${mdid}.x${tmn}.x${serial}` };
}

function readTid(hex: string): Tid {
  const digits = hexDigits(hex).toUpperCase();
  const allocClass = digits.slice(0, 2);
  if (allocClass !== 'E2') refuse(`allocation class ${allocClass.toLowerCase()} is not e2: no TID of GS1`);
  if (digits.length < 8) refuse(`truncated: a TID has at least 32 bits, ${digits.length * 4} are there`);
  if (digits.length % 4 !== 0) refuse('wrong length: a TID is read in words of 16 bits');
  const flags = Number.parseInt(digits.slice(2, 3), 16);
  const mdid = (Number.parseInt(digits.slice(2, 5), 16) & 0x1ff).toString(16).toUpperCase().padStart(3, '0');
  const tmn = digits.slice(5, 8);
  const xtid = (flags & 0x8) !== 0;
  const designer = maskDesigners.get(mdid);
  const model = tagModels.get(`${mdid}.${tmn}`);
  return {
    allocClass: 'E2',
    xtid,
    security: (flags & 0x4) !== 0,
    file: (flags & 0x2) !== 0,
    mdid,
    ...(designer === undefined ? {} : { designer }),
    tmn,
    ...(model === undefined ? {} : { model }),
    ...(xtid ? readExtension(digits, mdid, tmn) : {}),
  };
}

/**
 * Decodes what was read of a TID bank, from its first word. Never throws.
 * @param hex hexadecimal digits, words of 16 bits; a read that stopped early gives what it holds
 */
export function decodeTid(hex: string): Decoded<Tid> {
  return decodedBy(() => readTid(hex));
}

/** Digits of a word in hex. */
const WORD = 4;
const shortWords = [1, 3, 4, 5] as const;

/** The form in which an Impinj chip tells its TID with a proof; undefined for a TID of less than six words. */
export function shortTidOf(tid: string): string | undefined {
  if (tid.length < 6 * WORD) return undefined;
  return shortWords.map((word) => tid.slice(word * WORD, (word + 1) * WORD)).join('');
}
