// Names behind subjects, each read and proven by its hash once for many pages: a truck has few, and a backlog asks for all of them
// in every page.

import type { SealReceipt } from '../sealing/draft-record.js';

/** Readable name of a subject, if the gateway still knows it. */
export type NameOf = (subject: Uint8Array) => string | undefined;

/** Tags come and go; beyond it all begin anew. */
const MOST_NAMES = 1024;

export const subjectKey = (subject: Uint8Array) =>
  Buffer.from(subject.buffer, subject.byteOffset, subject.byteLength).toString('latin1');

/**
 * Asks for each name once: it is read and proven by its hash, and a page has few subjects. Within a page only, since a name
 * may be erased at any time.
 */
export function askedOnce(nameOf: NameOf): NameOf {
  const known = new Map<string, string | undefined>();
  return (subject) => {
    const key = subjectKey(subject);
    if (!known.has(key)) known.set(key, nameOf(subject));
    return known.get(key);
  };
}

export class KnownNames {
  readonly #read: NameOf;
  readonly #names = new Map<string, string>();

  /** @param read from the journal; may throw */
  constructor(read: NameOf) {
    this.#read = read;
  }

  readonly of: NameOf = (subject) => {
    const key = subjectKey(subject);
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const name = this.#read(subject);
    if (this.#names.size >= MOST_NAMES) this.#names.clear();
    if (name !== undefined) this.#names.set(key, name);
    return name;
  };

  /** A commit is durable: it may have erased names. */
  sealed({ isSwept }: Pick<SealReceipt, 'isSwept'>): void {
    if (isSwept !== undefined) this.#names.clear();
  }
}
