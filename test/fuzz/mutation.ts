// Endless hostile inputs from valid ones: damage to bytes, and for JSON also to the document. The same seed gives the
// same inputs.

import { bytesOf, type FuzzTarget, textOf } from './fuzz-target.js';
import { hostileDocument } from './hostile-document.js';
import type { Noise } from './noise.js';

/** What a length, a count or a boundary is tried with. */
const edges = [
  0, 1, 0x17, 0x18, 0x1f, 0x20, 0x5f, 0x7f, 0x80, 0x9f, 0xbf, 0xc0, 0xd9, 0xdf, 0xf7, 0xfe, 0xff,
];
const hostileTexts = [
  '\u0000',
  '\ufeff',
  '\ud7ff',
  '\u202e',
  '\u{10ffff}',
  '../',
  '%00',
  '__proto__',
  'constructor',
  '1e400',
  '-0',
  '9007199254740993',
  '0x10',
  'NaN',
  '\r\n',
  '\t',
  '"',
  "'",
  '\\',
  '[',
  '{',
  ']',
  '}',
];
/** No UTF-8: a lone continuation, an overlong slash, half a surrogate pair, a head without its end. */
const brokenUtf8 = [[0x80], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]];
const MAX_INPUT_BYTES = 80_000;
const MAX_DAMAGES = 4;

export class Mutation {
  readonly #noise: Noise;
  readonly #seeds: readonly Uint8Array[];
  readonly #documents: readonly unknown[];
  readonly #words: readonly Uint8Array[];

  constructor({ seeds, isJson = false, words = [] }: FuzzTarget, noise: Noise) {
    this.#noise = noise;
    this.#seeds = seeds;
    this.#documents = isJson ? seeds.map((seed) => JSON.parse(textOf(seed))) : [];
    this.#words = [
      ...[...words, ...hostileTexts].map(bytesOf),
      ...brokenUtf8.map((bytes) => Uint8Array.from(bytes)),
    ];
  }

  /** The next input. One of a hundred is a seed as it was, so that the way of a valid one is walked too. */
  next(): Uint8Array {
    const noise = this.#noise;
    if (noise.below(100) === 0) return this.#seed();
    if (this.#documents.length > 0 && noise.below(2) === 0) {
      return bytesOf(hostileDocument(this.#documents[noise.below(this.#documents.length)], noise));
    }
    let bytes = this.#seed();
    for (let left = 1 + noise.below(MAX_DAMAGES); left > 0; left -= 1) bytes = this.#damaged(bytes);
    return bytes.subarray(0, MAX_INPUT_BYTES);
  }

  #seed(): Uint8Array {
    return this.#seeds[this.#noise.below(this.#seeds.length)] ?? new Uint8Array(0);
  }

  #damaged(bytes: Uint8Array): Uint8Array {
    const noise = this.#noise;
    const at = noise.below(bytes.length + 1);
    const length = Math.min(bytes.length - at, 1 + noise.below(noise.below(4) === 0 ? 256 : 8));
    const part = bytes.subarray(at, at + length);
    switch (noise.below(11)) {
      case 0:
        return replaced(bytes, at, 1, [(bytes[at] ?? 0) ^ (1 << noise.below(8))]);
      case 1:
        return replaced(bytes, at, 1, [edges[noise.below(edges.length)] ?? 0]);
      case 2:
        return bytes.subarray(0, at);
      case 3:
        return replaced(bytes, at, length, []);
      case 4:
        return replaced(bytes, at, 0, part);
      case 5:
        return replaced(bytes, at, noise.below(2), noise.chunk().subarray(0, length));
      case 6:
        return replaced(bytes, at, 2 ** noise.below(4), this.#number());
      case 7:
        return replaced(
          bytes,
          at,
          noise.below(2) * length,
          this.#words[noise.below(this.#words.length)] ?? [],
        );
      case 8:
        return this.#spliced(bytes, at);
      // A head of CBOR in a longer form than it needs.
      case 9:
        return replaced(bytes, at, 1, [((bytes[at] ?? 0) & 0xe0) | 0x18, (bytes[at] ?? 0) & 0x1f]);
      default:
        return repeated(bytes, at, part, noise.below(20) === 0 ? 20_000 : 1 + noise.below(40));
    }
  }

  /** A length or a count of one, two, four or eight bytes at one of its ends. */
  #number(): Uint8Array {
    const bytes = new Uint8Array(2 ** this.#noise.below(4)).fill(this.#noise.below(2) === 0 ? 0 : 0xff);
    const last = this.#noise.below(2) === 0 ? 0 : bytes.length - 1;
    bytes[last] = edges[this.#noise.below(edges.length)] ?? 0;
    return bytes;
  }

  /** Its beginning, and the end of another. */
  #spliced(bytes: Uint8Array, at: number): Uint8Array {
    const other = this.#seed();
    return replaced(bytes, at, bytes.length, other.subarray(this.#noise.below(other.length + 1)));
  }
}

function replaced(bytes: Uint8Array, at: number, removed: number, put: ArrayLike<number>): Uint8Array {
  const rest = bytes.subarray(Math.min(bytes.length, at + removed));
  const result = new Uint8Array(at + put.length + rest.length);
  result.set(bytes.subarray(0, at));
  result.set(put, at);
  result.set(rest, at + put.length);
  return result;
}

function repeated(bytes: Uint8Array, at: number, part: Uint8Array, times: number): Uint8Array {
  const count = part.length === 0 ? 0 : Math.min(times, Math.floor(MAX_INPUT_BYTES / part.length));
  const many = new Uint8Array(count * part.length);
  for (let copy = 0; copy < count; copy += 1) many.set(part, copy * part.length);
  return replaced(bytes, at, 0, many);
}
