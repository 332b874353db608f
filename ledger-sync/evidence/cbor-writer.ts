// Deterministic CBOR (RFC 8949 section 4.2.1) of one flat array of integers and byte strings. Writes into one
// scratch buffer that the next record uses again; checks nothing, its caller knows the ranges.

import { writeUint } from './bytes.js';

const UNSIGNED = 0x00;
const NEGATIVE = 0x20;
const BYTE_STRING = 0x40;
const ARRAY = 0x80;
const ONE_BYTE = 24;
const TWO_BYTES = 25;
const FOUR_BYTES = 26;
const EIGHT_BYTES = 27;

export class CborWriter {
  readonly #scratch: Uint8Array;
  #at = 0;

  /** @param capacity bytes of the longest array to come */
  constructor(capacity: number) {
    this.#scratch = new Uint8Array(capacity);
  }

  /** Begins an array of `items`; what was not finished is gone. */
  start(items: number): void {
    this.#at = 0;
    this.#head(ARRAY, items);
  }

  /** A safe integer from 0 on. */
  uint(value: number): void {
    this.#head(UNSIGNED, value);
  }

  /** A safe integer of either sign. */
  int(value: number): void {
    if (value < 0) this.#head(NEGATIVE, -1 - value);
    else this.#head(UNSIGNED, value);
  }

  bytes(value: Uint8Array): void {
    this.#head(BYTE_STRING, value.length);
    this.#scratch.set(value, this.#at);
    this.#at += value.length;
  }

  /** The bytes written since `start`, as a copy. */
  finish(): Uint8Array {
    return this.#scratch.slice(0, this.#at);
  }

  #head(major: number, argument: number): void {
    if (argument < ONE_BYTE) this.#scratch[this.#at++] = major | argument;
    else if (argument < 0x100) this.#long(major | ONE_BYTE, 1, argument);
    else if (argument < 0x1_0000) this.#long(major | TWO_BYTES, 2, argument);
    else if (argument < 0x1_0000_0000) this.#long(major | FOUR_BYTES, 4, argument);
    else this.#long(major | EIGHT_BYTES, 8, argument);
  }

  #long(first: number, width: number, argument: number): void {
    this.#scratch[this.#at++] = first;
    writeUint(this.#scratch, this.#at, width, argument);
    this.#at += width;
  }
}
