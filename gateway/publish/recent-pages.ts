// Pages that somebody in this process has just proven, for the others who walk the same end of the log: a lane for each broker, and the
// newest readings. Proven once, they are read, hashed and decoded once. Only while much comes: a truck as it mostly is keeps none.

import type { ProvenPage } from './log-page.js';

/** Wished for a page: half of what one may hold is as fast, with less memory under way. */
export const SHARED_PAGE_RECORDS = 512;
/** Fewer records are read again in no time. */
const LEAST_RECORDS = 128;
/** A lane has so many under way before it waits (drain-pace.ts). */
const KEPT_PAGES = 4;

export class RecentPages {
  #pages: ProvenPage[] = [];

  /**
   * The page that begins there; undefined if nobody has proven it of late.
   * @param mostRecords wished; more than `SHARED_PAGE_RECORDS` are in one commit, which is not divided
   */
  from(firstSequence: number, mostRecords: number): ProvenPage | undefined {
    const page = this.#pages.find((known) => known.firstSequence === firstSequence);
    if (!page) return undefined;
    const { length } = page.leaves;
    return length <= mostRecords || length > SHARED_PAGE_RECORDS ? page : undefined;
  }

  keep(page: ProvenPage): void {
    if (page.leaves.length < LEAST_RECORDS) this.#pages = [];
    else this.#pages = [...this.#pages.slice(1 - KEPT_PAGES), page];
  }
}
