// Which of two streams a Mercury reader runs: the plain one, or the one that reads each tag's TID in the same singulation as
// its EPC, while a tag is in the field whose TID is wanted. EPC and TID come in one record: no other tag can come between.

import type { TidBook } from '../epc/tid-book.js';
import type { MercuryTagRecord } from './tag-record.js';

/** One search cycle: a stream that is changed more often reads nothing. */
const leastStreamMs = 1000;
/** The slow stream ends after this, whatever is still wanted: tags that pass by must be caught. */
const mostTidStreamMs = 2000;

/** Times are monotonic ms. */
export class TidStream {
  readonly #book: TidBook;
  #readsTid = false;
  #sinceMs = 0;

  constructor(book: TidBook) {
    this.#book = book;
  }

  get readsTid(): boolean {
    return this.#readsTid;
  }

  /** A tag was seen. @returns its TID, if it was read and is sure */
  see({ epc, memory, antenna }: MercuryTagRecord, atMs: number): string | undefined {
    this.#book.see(epc, atMs, antenna);
    if (!this.#readsTid) return undefined;
    if (memory !== undefined) return this.#book.hear(epc, memory, atMs) ? memory : undefined;
    this.#book.miss(epc, atMs);
    return undefined;
  }

  /** Whether the other stream should run now. */
  isOtherDue(atMs: number): boolean {
    const runsMs = atMs - this.#sinceMs;
    if (runsMs < leastStreamMs) return false;
    const isWanted = this.#book.due(atMs).length > 0;
    return this.#readsTid ? !isWanted || runsMs >= mostTidStreamMs : isWanted;
  }

  /** A stream begins. @returns whether it is the one that reads TIDs */
  begin(isOther: boolean, atMs: number): boolean {
    if (isOther) this.#readsTid = !this.#readsTid;
    this.#sinceMs = atMs;
    return this.#readsTid;
  }
}
