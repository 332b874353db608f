// Sums spans or readings up into the buckets of a chart. Pure: what goes in comes out, no extreme is lost, in any order.

import { type IndexedReading, mergeInto, type Span, spanOf } from './span.js';

export interface Bucket {
  readonly startMs: number;
  readonly span: Span;
}

export interface BucketGrid {
  readonly bucketMs: number;
  /** Of the index; the width of its spans divides `bucketMs`. */
  readonly level: number;
}

/**
 * The buckets of a window: no more of them than pixels, each a whole number of spans of one level wide. Wider than a pixel
 * where the finest level is.
 */
export function gridOf(
  fromMs: number,
  toMs: number,
  widthPx: number,
  levelWidthsMs: readonly number[],
): BucketGrid {
  // Buckets begin at whole multiples of their width: one more of them than fit may touch the window.
  const leastMs = Math.max(1, Math.ceil((toMs - fromMs) / Math.max(1, widthPx - 1)));
  const level = Math.max(
    0,
    levelWidthsMs.findLastIndex((widthMs) => widthMs <= leastMs),
  );
  const widthMs = levelWidthsMs[level] ?? 1;
  return { level, bucketMs: Math.ceil(leastMs / widthMs) * widthMs };
}

function add(buckets: Map<number, Span>, startMs: number, span: Span): void {
  const known = buckets.get(startMs);
  if (known) mergeInto(known, span);
  else buckets.set(startMs, { ...span });
}

const inOrder = (buckets: Map<number, Span>): Bucket[] =>
  [...buckets].map(([startMs, span]) => ({ startMs, span })).sort((a, b) => a.startMs - b.startMs);

export function bucketSpans(
  spans: readonly { readonly startMs: number; readonly span: Span }[],
  bucketMs: number,
): Bucket[] {
  const buckets = new Map<number, Span>();
  for (const { startMs, span } of spans) add(buckets, Math.floor(startMs / bucketMs) * bucketMs, span);
  return inOrder(buckets);
}

/** Each reading by itself where there are at most `widthPx`, else summed up. */
export function bucketReadings(
  readings: readonly IndexedReading[],
  bucketMs: number,
  isExact: boolean,
): Bucket[] {
  const buckets = new Map<number, Span>();
  for (const reading of readings) {
    const startMs = isExact ? reading.atMs : Math.floor(reading.atMs / bucketMs) * bucketMs;
    add(buckets, startMs, spanOf(reading));
  }
  return inOrder(buckets);
}
