// Sums spans or readings up into the buckets of a chart. Pure: what goes in comes out, and no extreme is lost.

import { qualityCodes } from '../../../ledger-sync/evidence/record.js';
import { hasNumber, type IndexedReading } from './span.js';

/** What a chart draws of a span of time. */
export interface Bucket {
  readonly startMs: number;
  /** Numbers: null while there is none. */
  min: number | null;
  max: number | null;
  first: number | null;
  last: number | null;
  /** When `last` was measured. */
  lastMs: number;
  good: number;
  bad: number;
  /** The highest code of PROTOCOL.md section 1. */
  worst: number;
}

export interface BucketGrid {
  readonly bucketMs: number;
  /** Of the index; the width of its spans divides `bucketMs`. */
  readonly level: number;
}

/**
 * The buckets of a window: no more of them than pixels, each a whole number of spans of one level wide, and of the widest
 * that fit in. Wider than a pixel where the finest level is.
 */
export function gridOf(
  fromMs: number,
  toMs: number,
  widthPx: number,
  levelWidthsMs: readonly number[],
): BucketGrid {
  // Buckets begin at whole multiples of their width: one more of them than fit may touch the window.
  const leastMs = Math.max(1, Math.ceil((toMs - fromMs) / Math.max(1, widthPx - 1)));
  const finest = Math.max(
    0,
    levelWidthsMs.findLastIndex((widthMs) => widthMs <= leastMs),
  );
  const widthMs = levelWidthsMs[finest] ?? 1;
  const bucketMs = Math.ceil(leastMs / widthMs) * widthMs;
  return { level: levelWidthsMs.findLastIndex((one) => bucketMs % one === 0), bucketMs };
}

/** The buckets of one sensor, out of spans or readings that are given in order of time. */
export class BucketLine {
  readonly buckets: Bucket[] = [];

  addSpan(startMs: number, span: Omit<Bucket, 'startMs'>): void {
    const bucket = this.buckets.at(-1);
    if (bucket?.startMs !== startMs) this.buckets.push({ startMs, ...span });
    else mergeLater(bucket, span);
  }

  addReading(startMs: number, { atMs, value, quality }: IndexedReading): void {
    const number = hasNumber(quality) ? value : null;
    const isGood = quality === qualityCodes.good;
    const numbers = { min: number, max: number, first: number, last: number, lastMs: atMs };
    this.addSpan(startMs, { ...numbers, good: isGood ? 1 : 0, bad: isGood ? 0 : 1, worst: quality });
  }
}

function mergeLater(bucket: Bucket, later: Omit<Bucket, 'startMs'>): void {
  if (later.min !== null && (bucket.min === null || later.min < bucket.min)) bucket.min = later.min;
  if (later.max !== null && (bucket.max === null || later.max > bucket.max)) bucket.max = later.max;
  bucket.first ??= later.first;
  if (later.last !== null) {
    bucket.last = later.last;
    bucket.lastMs = later.lastMs;
  }
  bucket.good += later.good;
  bucket.bad += later.bad;
  bucket.worst = Math.max(bucket.worst, later.worst);
}
