// Pages that came before the ones they follow: a broker may lose or swap messages. They wait, in order and bounded: whoever
// holds the key may send as many as it likes.

import { equalBytes } from '../../ledger-sync/evidence/bytes.js';
import type { ProvenPage } from './proven-page.js';

const MAX_HELD_BYTES = 16 * 1024 * 1024;
const MAX_HELD_PAGES = 256;

export class HeldPages {
  #pages: ProvenPage[] = [];
  #bytes = 0;

  /** The one that begins first. */
  get first(): ProvenPage | undefined {
    return this.#pages[0];
  }

  /** Pages with the same begin and root are one. False if there is no room. */
  add(page: ProvenPage): boolean {
    const isHeld = this.#pages.some(
      ({ firstSequence, checkpoint }) =>
        firstSequence === page.firstSequence && equalBytes(checkpoint.root, page.checkpoint.root),
    );
    if (isHeld) return true;
    if (this.#pages.length >= MAX_HELD_PAGES || this.#bytes + page.bytes > MAX_HELD_BYTES) return false;
    this.#pages.push(page);
    this.#pages.sort((left, right) => left.firstSequence - right.firstSequence);
    this.#bytes += page.bytes;
    return true;
  }

  /** Takes the first out if it begins at or before `size`. */
  takeAt(size: number): ProvenPage | undefined {
    const [page] = this.#pages;
    if (!page || page.firstSequence > size) return undefined;
    this.#pages.shift();
    this.#bytes -= page.bytes;
    return page;
  }
}
