// The number of each connection, which its birth and its death carry (bdSeq): 0 to 255 and round again. It is stored
// before it is used, so that a gateway that loses its supply never gives two lives the same number.

const BD_SEQ_COUNT = 256;

/** Where the number of the next connection is kept; 0 where there is none yet. */
export interface BdSeqStore {
  load(): number;
  /** Returns when the number would survive a loss of supply. */
  save(next: number): void;
}

export class BdSeq {
  readonly #store: BdSeqStore;
  #current: number | undefined;

  constructor(store: BdSeqStore) {
    this.#store = store;
  }

  /** The number of the connection that is tried now: the same until a CONNECT packet has carried it. */
  take(): number {
    if (this.#current !== undefined) return this.#current;
    const stored = this.#store.load();
    // A store that was damaged starts again.
    const current = Number.isSafeInteger(stored) && stored >= 0 ? stored % BD_SEQ_COUNT : 0;
    this.#store.save((current + 1) % BD_SEQ_COUNT);
    this.#current = current;
    return current;
  }

  /** A CONNECT packet has carried it: the next connection takes another. */
  spend(): void {
    this.#current = undefined;
  }
}
