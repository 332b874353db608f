// Good temperatures of a file as lines for a chart: in buckets of time with the least and the greatest of each, so that no
// extreme is lost, and broken where nothing was read. Faults and doubtful readings are counted, never drawn.

import { printable } from '../../ledger-sync/evidence/printable.js';
import type { FileRecords } from './shown-records.js';

export interface ReadingSeries {
  readonly name: string;
  readonly readings: number;
  /** Readings with a quality other than good. */
  readonly doubtful: number;
  readonly leastMilliC: number;
  readonly greatestMilliC: number;
  /** Runs without a gap; a point is [Unix ms, milli-degrees]. */
  readonly runs: readonly (readonly (readonly [number, number])[])[];
}

/** A hole of more than so many usual intervals breaks the line. */
const GAP_INTERVALS = 3;

interface Gathered {
  readonly name: string;
  readonly points: [number, number][];
  doubtful: number;
}

/**
 * Series by subject, in the order of their first reading.
 * @param most series that are returned; `total` counts all
 * @param buckets across the whole time of a series
 */
export function seriesIn(
  records: FileRecords,
  most: number,
  buckets: number,
): { readonly shown: ReadingSeries[]; readonly total: number } {
  const bySubject = new Map<string, Gathered>();
  for (const { kind, subject, name, observedAt, value, quality } of records.readable) {
    if (kind !== 'temperature') continue;
    let gathered = bySubject.get(subject);
    if (!gathered) {
      gathered = { name: printable(name ?? subject), points: [], doubtful: 0 };
      bySubject.set(subject, gathered);
    }
    if (quality === 'good') gathered.points.push([Date.parse(observedAt), value]);
    else gathered.doubtful += 1;
  }
  const shown = [...bySubject.values()].slice(0, most).map((gathered) => seriesOf(gathered, buckets));
  return { shown, total: bySubject.size };
}

function seriesOf({ name, points, doubtful }: Gathered, buckets: number): ReadingSeries {
  // A clock may step; a chart runs forwards.
  const sorted = points.sort(([a], [b]) => a - b);
  let leastMilliC = Number.POSITIVE_INFINITY;
  let greatestMilliC = Number.NEGATIVE_INFINITY;
  for (const [, value] of sorted) {
    leastMilliC = Math.min(leastMilliC, value);
    greatestMilliC = Math.max(greatestMilliC, value);
  }
  const runs = runsOf(sorted).map((run) => thinned(run, sorted, buckets));
  return { name, readings: sorted.length, doubtful, leastMilliC, greatestMilliC, runs };
}

/** Splits where the time between two readings is far above the usual one. */
function runsOf(points: readonly [number, number][]): [number, number][][] {
  const intervals = points.slice(1).map(([ms], at) => ms - (points[at]?.[0] ?? ms));
  const usual = [...intervals].sort((a, b) => a - b)[Math.floor(intervals.length / 2)] ?? 0;
  const runs: [number, number][][] = [];
  for (const [at, point] of points.entries()) {
    const isAfterGap = at === 0 || (intervals[at - 1] ?? 0) > GAP_INTERVALS * usual;
    if (isAfterGap) runs.push([point]);
    else runs.at(-1)?.push(point);
  }
  return runs;
}

/** At most the first, least, greatest and last point of each bucket. */
function thinned(
  run: readonly [number, number][],
  all: readonly [number, number][],
  buckets: number,
): [number, number][] {
  const from = all[0]?.[0] ?? 0;
  const width = ((all.at(-1)?.[0] ?? from) - from) / buckets;
  if (run.length <= 4 || width === 0) return [...run];
  const kept: [number, number][] = [];
  for (let at = 0; at < run.length; ) {
    const bucket = bucketOf(run[at], from, width);
    let end = at;
    let least = at;
    let greatest = at;
    for (; end < run.length && bucketOf(run[end], from, width) === bucket; end++) {
      if ((run[end]?.[1] ?? 0) < (run[least]?.[1] ?? 0)) least = end;
      if ((run[end]?.[1] ?? 0) > (run[greatest]?.[1] ?? 0)) greatest = end;
    }
    const places = [...new Set([at, least, greatest, end - 1])].sort((a, b) => a - b);
    for (const place of places) {
      const point = run[place];
      if (point) kept.push(point);
    }
    at = end;
  }
  return kept;
}

function bucketOf(point: readonly [number, number] | undefined, from: number, width: number): number {
  return Math.floor(((point?.[0] ?? from) - from) / width);
}
