// What the page and its worker say to each other. The worker holds the file; only what is shown comes back.

import type { Expectation, Judged, Refused } from './judged-file.js';
import type { ReadingSeries } from './reading-series.js';
import type { ShownExcursion } from './shown-excursions.js';
import type { ShownRecord } from './shown-records.js';

export type Question =
  | { readonly kind: 'file'; readonly file: Blob; readonly expectation: Expectation }
  /** The same file again, with another expectation. */
  | { readonly kind: 'again'; readonly expectation: Expectation }
  | { readonly kind: 'rows'; readonly from: number; readonly count: number };

/** What the page draws of a file that is not refuted. */
export interface Contents {
  readonly records: number;
  readonly series: readonly ReadingSeries[];
  readonly seriesTotal: number;
  readonly excursions: readonly ShownExcursion[];
  readonly excursionsTotal: number;
}

export type Answer =
  | {
      readonly kind: 'judged';
      readonly judged: Judged;
      readonly contents: Contents | undefined;
      readonly fileHash: string;
    }
  | { readonly kind: 'refused'; readonly refused: Refused; readonly fileHash: string }
  | { readonly kind: 'rows'; readonly from: number; readonly rows: readonly ShownRecord[] }
  /** A defect of this program, not of the file. */
  | { readonly kind: 'broken'; readonly message: string };
