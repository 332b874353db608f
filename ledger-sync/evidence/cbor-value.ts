// General CBOR items (RFC 8949) for documents whose shape others chose: COSE headers, binary bundles. Shortest heads,
// definite lengths, safe integers, no floats, no key twice; maps keep their order. A stranger's bytes come in
// here: depth is limited, and no length is believed before it is compared with what is left.

import { readUint } from './bytes.js';
import { EvidenceError } from './evidence-error.js';

export type CborValue =
  | number
  | string
  | Uint8Array
  | boolean
  | null
  | readonly CborValue[]
  | CborMap
  | CborTag;

/** Entries in the order of the bytes. */
export class CborMap {
  constructor(readonly entries: readonly (readonly [key: CborValue, value: CborValue])[]) {}

  /** The value under a number or a text; undefined if there is none. */
  get(key: number | string): CborValue | undefined {
    return this.entries.find(([known]) => known === key)?.[1];
  }
}

export class CborTag {
  constructor(
    readonly tag: number,
    readonly value: CborValue,
  ) {}
}

const MAX_DEPTH = 16;
/** A byte of a hostile file can become a hundred of memory: a bundle of a million records is still read. */
const MAX_ITEMS = 2 ** 21;
const FIRST_LONG = 24;
const LAST_LONG = 27;
/** Least argument that may use the long form of 1, 2, 4, 8 bytes. */
const leastOfForm: readonly number[] = [24, 0x100, 0x1_0000, 0x1_0000_0000];
const simpleValues = new Map<number, boolean | null>([
  [20, false],
  [21, true],
  [22, null],
]);

/**
 * The one item that the bytes are. Byte strings are copies.
 * @throws EvidenceError PROOF_MALFORMED
 */
export function decodeCbor(source: Uint8Array): CborValue {
  const reader = new ItemReader(source);
  const value = reader.item(0);
  reader.end();
  return value;
}

class ItemReader {
  readonly #source: Uint8Array;
  #at = 0;
  #read = 0;

  constructor(source: Uint8Array) {
    this.#source = source;
  }

  item(depth: number): CborValue {
    if (depth > MAX_DEPTH) throw this.#malformed(`nested deeper than ${MAX_DEPTH} levels`);
    this.#read += 1;
    if (this.#read > MAX_ITEMS) throw this.#malformed(`more than ${MAX_ITEMS} items`);
    const [major, argument] = this.#head();
    switch (major) {
      case 0:
        return argument;
      case 1:
        if (argument >= Number.MAX_SAFE_INTEGER) throw this.#malformed('an integer below -(2^53 - 1)');
        return -1 - argument;
      case 2:
        return Uint8Array.from(this.#take(argument));
      case 3:
        return this.#text(argument);
      case 4:
        return this.#items(argument, () => this.item(depth + 1));
      case 5:
        return this.#map(argument, depth);
      case 6:
        return new CborTag(argument, this.item(depth + 1));
      default:
        return this.#simple(argument);
    }
  }

  end(): void {
    const rest = this.#source.length - this.#at;
    if (rest !== 0) throw this.#malformed(`${rest} bytes too many`);
  }

  #map(count: number, depth: number): CborMap {
    const keys = new Set<string>();
    const entries = this.#items(count, () => {
      const start = this.#at;
      const key = this.item(depth + 1);
      const bytes = this.#source.subarray(start, this.#at).join();
      if (keys.has(bytes)) throw this.#malformed('a key that comes twice');
      keys.add(bytes);
      return [key, this.item(depth + 1)] as const;
    });
    return new CborMap(entries);
  }

  /** Each item has at least one byte, so a false count ends at the end of the bytes. */
  #items<T>(count: number, next: () => T): T[] {
    if (count > this.#source.length - this.#at) throw this.#malformed('cut short');
    const items: T[] = [];
    while (items.length < count) items.push(next());
    return items;
  }

  #text(length: number): string {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.#take(length));
    } catch (error) {
      if (error instanceof EvidenceError) throw error;
      throw this.#malformed('text that is no UTF-8');
    }
  }

  #simple(argument: number): boolean | null {
    const value = simpleValues.get(argument);
    if (value === undefined) throw this.#malformed('a float or an unknown simple value');
    return value;
  }

  #take(length: number): Uint8Array {
    if (length > this.#source.length - this.#at) throw this.#malformed('cut short');
    this.#at += length;
    return this.#source.subarray(this.#at - length, this.#at);
  }

  #head(): [major: number, argument: number] {
    const [first = 0] = this.#take(1);
    const major = first >> 5;
    const low = first & 0x1f;
    if (low < FIRST_LONG) return [major, low];
    if (low > LAST_LONG || major === 7)
      throw this.#malformed('an indefinite length, a float or a reserved head');
    const form = low - FIRST_LONG;
    // Eight bytes may round, but never down into the safe range.
    const argument = readUint(this.#take(2 ** form), 0, 2 ** form);
    if (argument > Number.MAX_SAFE_INTEGER) throw this.#malformed('a number above 2^53 - 1');
    if (argument < (leastOfForm[form] ?? 0)) throw this.#malformed('a head that could be shorter');
    return [major, argument];
  }

  #malformed(problem: string): EvidenceError {
    return new EvidenceError(
      'PROOF_MALFORMED',
      `CBOR: ${problem} (byte ${this.#at} of ${this.#source.length})`,
      'the file is damaged, or of another kind',
    );
  }
}
