// Reads fields from the bits of a tag, most significant first, as the coding tables of GS1 TDS count them.

import { refuse } from './refusal.js';

/** Longest EPC that a tag can hold: the length in its PC word has 5 bits and counts words of 16 bits. */
export const maxEpcBits = 31 * 16;

/** Lower-case digits of a hexadecimal text; refuses anything else. An odd number of digits is for the scheme to judge. */
export function hexDigits(hex: string): string {
  if (hex === '') refuse('no digits');
  if (!/^[0-9A-Fa-f]+$/.test(hex)) refuse('not hexadecimal');
  return hex.toLowerCase();
}

export class BitReader {
  readonly #bits: string;
  #position = 0;

  /** @param hex from `hexDigits`, at most maxEpcBits */
  constructor(hex: string) {
    this.#bits = Array.from(hex, (digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0')).join('');
  }

  get length(): number {
    return this.#bits.length;
  }

  get position(): number {
    return this.#position;
  }

  /** An unsigned number; exact up to 53 bits. */
  number(bits: number): number {
    return Number.parseInt(this.#take(bits), 2);
  }

  /** An unsigned number of any width. */
  integer(bits: number): bigint {
    return BigInt(`0b${this.#take(bits)}`);
  }

  /** What is left, as bits. */
  rest(): string {
    return this.#take(this.#bits.length - this.#position);
  }

  #take(bits: number): string {
    const end = this.#position + bits;
    if (end > this.#bits.length)
      refuse(`truncated: a field ends at bit ${end}, ${this.#bits.length} bits are there`);
    const taken = this.#bits.slice(this.#position, end);
    this.#position = end;
    return taken;
  }
}
