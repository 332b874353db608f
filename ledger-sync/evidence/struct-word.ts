// 32-byte words of EIP-712 structs, for the two structs with a fixed path. Lengths are checked because a
// short root would be padded to another valid one.

import { writeUint } from './bytes.js';
import { EvidenceError } from './evidence-error.js';

export const WORD_BYTES = 32;
const MAX_UINT_BYTES = 6;

/** Puts an unsigned number of up to 48 bits right-aligned into word `index`. */
export function setUintWord(words: Uint8Array, index: number, field: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** (8 * MAX_UINT_BYTES)) {
    throw headerField(field, `${value} is not in 0..2^48-1`);
  }
  writeUint(words, (index + 1) * WORD_BYTES - MAX_UINT_BYTES, MAX_UINT_BYTES, value);
}

/** Puts an address right-aligned into word `index`. */
export function setAddressWord(words: Uint8Array, index: number, field: string, value: Uint8Array): void {
  requireLength(field, value, 20);
  words.set(value, (index + 1) * WORD_BYTES - value.length);
}

/** Puts fixed bytes of that `length` left-aligned into word `index`. */
export function setBytesWord(
  words: Uint8Array,
  index: number,
  field: string,
  value: Uint8Array,
  length: number,
): void {
  requireLength(field, value, length);
  words.set(value, index * WORD_BYTES);
}

function requireLength(field: string, value: Uint8Array, length: number): void {
  if (value.length !== length) throw headerField(field, `${value.length} bytes, not ${length}`);
}

/** The error for a field of a checkpoint or batch header. */
export function headerField(field: string, problem: string): EvidenceError {
  return new EvidenceError('HEADER_FIELD', `header: ${field}: ${problem}`, 'the header is damaged');
}
