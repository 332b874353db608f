// Where a time and a temperature stand in the picture.

import type { ReadingSeries } from './reading-series.js';

export interface ChartScale {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Round temperatures for the grid, milli-degrees. */
  readonly temperatures: readonly number[];
  /** First and last time, Unix ms. */
  readonly times: readonly number[];
  x(ms: number): number;
  y(milliC: number): number;
}

const width = 900;
const height = 320;
const left = 76;
const right = width - 12;
const top = 12;
const bottom = height - 28;
const MOST_GRID_LINES = 7;

/** @returns undefined without a reading */
export function scaleOf(series: readonly ReadingSeries[], limits: readonly number[]): ChartScale | undefined {
  let firstMs = Number.POSITIVE_INFINITY;
  let lastMs = Number.NEGATIVE_INFINITY;
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const one of series) {
    firstMs = Math.min(firstMs, one.runs[0]?.[0]?.[0] ?? firstMs);
    lastMs = Math.max(lastMs, one.runs.at(-1)?.at(-1)?.[0] ?? lastMs);
    least = Math.min(least, one.leastMilliC);
    greatest = Math.max(greatest, one.greatestMilliC);
  }
  if (!Number.isFinite(firstMs)) return undefined;
  for (const limit of limits) {
    least = Math.min(least, limit);
    greatest = Math.max(greatest, limit);
  }
  const step = stepFor(greatest - least);
  const from = Math.floor(least / step) * step;
  const to = Math.max(from + step, Math.ceil(greatest / step) * step);
  const spanMs = Math.max(1, lastMs - firstMs);
  return {
    width,
    height,
    left,
    right,
    top,
    bottom,
    temperatures: Array.from({ length: Math.round((to - from) / step) + 1 }, (_, at) => from + at * step),
    times: firstMs === lastMs ? [firstMs] : [firstMs, lastMs],
    x: (ms) => left + ((ms - firstMs) / spanMs) * (right - left),
    y: (milliC) => bottom - ((milliC - from) / (to - from)) * (bottom - top),
  };
}

/** 1, 2 or 5 times a power of ten, at least a tenth of a degree, so that few lines cover the span. */
function stepFor(span: number): number {
  for (let step = 100; ; step *= 10) {
    for (const factor of [1, 2, 5]) {
      if (span / (step * factor) <= MOST_GRID_LINES - 1) return step * factor;
    }
  }
}
