// What a chart tells of one moment: each probe's values there, and what happened meanwhile. The same for the cursor, the
// screen reader and the table. Pure.

import type { Chart, ChartSeries } from '../../api/chart.js';
import { bucketMoment } from './chart-columns.js';

export interface ReadingAt {
  readonly series: ChartSeries;
  /** undefined: nothing was heard there. null: only what counts as no reading. */
  readonly range: readonly [leastMilli: number, greatestMilli: number] | null | undefined;
}

/** Index of the bucket nearest to a moment; undefined without buckets. */
export function nearestIndex({ startMs }: Pick<ChartSeries, 'startMs'>, chart: Chart, atMs: number) {
  let [low, high] = [0, startMs.length - 1];
  if (high < 0) return undefined;
  const momentAt = (index: number) => bucketMoment(startMs[index] ?? 0, chart);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (momentAt(middle) < atMs) low = middle + 1;
    else high = middle;
  }
  return low > 0 && atMs - momentAt(low - 1) <= momentAt(low) - atMs ? low - 1 : low;
}

const holds = ({ fromMs, toMs }: { fromMs: number; toMs: number | null }, atMs: number) =>
  fromMs <= atMs && atMs <= (toMs ?? Number.POSITIVE_INFINITY);

export function readingAt(series: ChartSeries, chart: Chart, atMs: number): ReadingAt {
  const index = nearestIndex(series, chart, atMs);
  const reach = Math.max(chart.bucketMs, series.gapMs);
  if (index === undefined || series.gaps.some((gap) => gap.fromMs < atMs && holds(gap, atMs))) {
    return { series, range: undefined };
  }
  if (Math.abs(bucketMoment(series.startMs[index] ?? 0, chart) - atMs) > reach) {
    return { series, range: undefined };
  }
  const [least, greatest] = [series.minMilli[index], series.maxMilli[index]];
  const isValue = typeof least === 'number' && typeof greatest === 'number';
  return { series, range: isValue ? [least, greatest] : null };
}

/** Excursions and open doors that hold a moment. */
export function happeningAt({ excursions, doors }: Chart, atMs: number) {
  return {
    excursions: excursions.filter((one) => holds(one, atMs)),
    doors: doors.filter((one) => holds(one, atMs)),
  };
}

/** Where the truck was: the newest position that is not after the moment, if it is not older than the reach. */
export function positionAt({ positions }: Chart, atMs: number, reachMs = 900_000) {
  const last = positions.findLast((position) => position.atMs <= atMs);
  return last && atMs - last.atMs <= reachMs ? last : undefined;
}

/** All moments of the series that are shown, ascending: where the cursor steps. */
export function stepsOf(chart: Chart, isShown: (index: number) => boolean): number[] {
  const moments = chart.series.flatMap((series, index) =>
    isShown(index) ? series.startMs.map((startMs) => bucketMoment(startMs, chart)) : [],
  );
  return [...new Set(moments)].sort((a, b) => a - b);
}

/** The step `count` further than a moment, or the first or last one. */
export function stepFrom(
  steps: readonly number[],
  atMs: number | undefined,
  count: number,
): number | undefined {
  if (steps.length === 0) return undefined;
  if (atMs === undefined) return count > 0 ? steps[0] : steps.at(-1);
  const next = steps.findIndex((step) => (count > 0 ? step > atMs : step >= atMs));
  const from = next === -1 ? steps.length : next;
  const to = count > 0 ? from + count - 1 : from + count;
  return steps[Math.min(Math.max(to, 0), steps.length - 1)];
}
