// From the console's series to the columns that uPlot draws: one x for all, per probe the least and the greatest value
// of each bucket. A hole is a hole in the line: null breaks it, undefined only says that this probe has no entry there.
// Pure.

import type { Chart, ChartSeries } from '../../api/chart.js';
import { degreesOf, type TemperatureUnit } from '../words/temperature.js';

export type Column = (number | null | undefined)[];

export interface Columns {
  /** Unix ms, ascending. */
  readonly xs: number[];
  /** In the order of the chart's series, in the unit that is shown. */
  readonly ranges: readonly { readonly least: Column; readonly greatest: Column }[];
}

/** In the unit that is shown: degrees, or percent of relative humidity. */
function shownValue(milli: number, { quantity }: Pick<ChartSeries, 'quantity'>, unit: TemperatureUnit) {
  return quantity === 'temperature' ? degreesOf(milli, unit) : milli / 1000;
}

/** Where a bucket is drawn: at its reading, or in its middle where it sums up several. */
export const bucketMoment = (startMs: number, { isExact, bucketMs }: Pick<Chart, 'isExact' | 'bucketMs'>) =>
  isExact ? startMs : startMs + bucketMs / 2;

export function columnsOf(chart: Chart, unit: TemperatureUnit): Columns {
  const points = chart.series.map((series) => pointsOf(series, chart, unit));
  const xs = [...new Set(points.flatMap((one) => [...one.keys()]))].sort((a, b) => a - b);
  const ranges = chart.series.map(({ gaps }, index) => {
    const isHole = (x: number) => gaps.some(({ fromMs, toMs }) => fromMs < x && x < (toMs ?? chart.toMs));
    const all = xs.map((x) => points[index]?.get(x) ?? (isHole(x) ? hole : nothing));
    return { least: all.map(([least]) => least), greatest: all.map(([, greatest]) => greatest) };
  });
  return { xs, ranges };
}

type Point = readonly [least: number | null | undefined, greatest: number | null | undefined];
const hole: Point = [null, null];
const nothing: Point = [undefined, undefined];

function pointsOf(series: ChartSeries, chart: Chart, unit: TemperatureUnit): Map<number, Point> {
  const points = new Map<number, Point>();
  series.startMs.forEach((startMs, index) => {
    const [least, greatest] = [series.minMilli[index], series.maxMilli[index]];
    const point: Point =
      typeof least === 'number' && typeof greatest === 'number'
        ? [shownValue(least, series, unit), shownValue(greatest, series, unit)]
        : hole;
    points.set(bucketMoment(startMs, chart), point);
  });
  for (const { fromMs, toMs } of series.gaps) {
    // One place at least: of all x the others may lie outside.
    const middle = (fromMs + (toMs ?? chart.toMs)) / 2;
    if (!points.has(middle)) points.set(middle, hole);
  }
  return points;
}

/** Least and greatest of the y axis: all that is shown of one quantity, and its limits, with air around. */
export function extentOf(values: Iterable<number>, leastSpan: number): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return [0, leastSpan];
  const lacking = Math.max(0, leastSpan - (high - low)) / 2;
  const air = (high - low + 2 * lacking) * 0.08;
  return [low - lacking - air, high + lacking + air];
}
