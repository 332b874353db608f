// Strict reader of the CBOR that cbor-writer makes (RFC 8949 section 4.2.1): shortest heads, definite
// lengths, safe integers. A stranger's bytes come in here: a length is never trusted before it is compared
// with what is left.

import { readUint } from './bytes.js';
import { EvidenceError } from './evidence-error.js';

const UNSIGNED = 0;
const NEGATIVE = 1;
const BYTE_STRING = 2;
const ARRAY = 4;
const FIRST_LONG = 24;
const LAST_LONG = 27;
/** Least argument that may use the long form of 1, 2, 4, 8 bytes. */
const leastOfForm: readonly number[] = [24, 0x100, 0x1_0000, 0x1_0000_0000];

export class CborReader {
  readonly #source: Uint8Array;
  #at = 0;
  /** Of the head that was read last. */
  #major = 0;

  constructor(source: Uint8Array) {
    this.#source = source;
  }

  /** @throws EvidenceError RECORD_MALFORMED, as all of these */
  array(items: number): void {
    const length = this.#head();
    if (this.#major !== ARRAY || length !== items) throw this.#malformed(`not an array of ${items} items`);
  }

  uint(): number {
    const argument = this.#head();
    if (this.#major !== UNSIGNED) throw this.#malformed('not an unsigned integer');
    return argument;
  }

  int(): number {
    const argument = this.#head();
    if (this.#major === UNSIGNED) return argument;
    if (this.#major !== NEGATIVE || argument >= Number.MAX_SAFE_INTEGER) {
      throw this.#malformed('not a safe integer');
    }
    return -1 - argument;
  }

  /** A copy of the next byte string. */
  bytes(): Uint8Array {
    const length = this.#head();
    if (this.#major !== BYTE_STRING) throw this.#malformed('not a byte string');
    if (length > this.#source.length - this.#at) throw this.#malformed('cut short');
    const start = this.#at;
    this.#at += length;
    const copy = new Uint8Array(length);
    for (let at = 0; at < copy.length; at += 1) copy[at] = this.#source[start + at] as number;
    return copy;
  }

  /** All must have been read. */
  end(): void {
    if (this.#at !== this.#source.length)
      throw this.#malformed(`${this.#source.length - this.#at} bytes too many`);
  }

  /** The argument; the major type is kept beside it, since a log has dozens of heads for each record. */
  #head(): number {
    const first = this.#source[this.#at];
    if (first === undefined) throw this.#malformed('cut short');
    this.#major = first >> 5;
    const low = first & 0x1f;
    this.#at += 1;
    if (low < FIRST_LONG) return low;
    if (low > LAST_LONG) throw this.#malformed('indefinite length or reserved head');
    const form = low - FIRST_LONG;
    const width = 2 ** form;
    if (width > this.#source.length - this.#at) throw this.#malformed('cut short');
    // Eight bytes may round, but never down into the safe range.
    const argument = readUint(this.#source, this.#at, width);
    this.#at += width;
    if (argument > Number.MAX_SAFE_INTEGER) throw this.#malformed('an integer above 2^53 - 1');
    if (argument < (leastOfForm[form] ?? 0)) throw this.#malformed('a head that could be shorter');
    return argument;
  }

  #malformed(problem: string): EvidenceError {
    return new EvidenceError(
      'RECORD_MALFORMED',
      `leaf: ${problem} (byte ${this.#at} of ${this.#source.length})`,
      'these bytes were not made by a coldgate gateway',
    );
  }
}
