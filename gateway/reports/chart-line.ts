// A probe's readings as a line that a page can hold: per column of the chart the first, the lowest, the highest and the
// last reading of its time, in the order in which they came. No extreme is lost; a hole breaks the line. Pure.

import type { ReadingColumns } from './reading-columns.js';

export interface ChartPoint {
  /** On the axis, ms. */
  readonly axisMs: number;
  readonly milliC: number;
}

/** What is known of one column. */
interface Column {
  readonly first: ChartPoint;
  readonly last: ChartPoint;
  readonly lowest: ChartPoint;
  readonly highest: ChartPoint;
}

export interface ChartSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Unbroken pieces of the line, the oldest first.
 * @param readings placed
 * @param maxGapMs a longer hole breaks the line
 * @param columns how many the chart has
 */
export function chartLine(
  readings: ReadingColumns,
  { fromMs, toMs }: ChartSpan,
  maxGapMs: number,
  columns: number,
): ChartPoint[][] {
  const columnMs = Math.max(1, (toMs - fromMs) / columns);
  const pieces: ChartPoint[][] = [];
  let piece: ChartPoint[] = [];
  let column: Column | undefined;
  let columnIndex = -1;
  let lastMs: number | undefined;
  const flush = () => {
    if (column) piece.push(...pointsOf(column));
    column = undefined;
  };
  for (let place = 0; place < readings.size; place++) {
    const { axisMs, milliC, counts } = readings.at(place);
    if (!counts) continue;
    const point = { axisMs, milliC };
    if (lastMs !== undefined && axisMs - lastMs > maxGapMs) {
      flush();
      pieces.push(piece);
      piece = [];
    }
    lastMs = axisMs;
    const index = Math.floor((axisMs - fromMs) / columnMs);
    if (index !== columnIndex) flush();
    columnIndex = index;
    column = column ? withPoint(column, point) : { first: point, last: point, lowest: point, highest: point };
  }
  flush();
  pieces.push(piece);
  return pieces.filter(({ length }) => length > 0);
}

function withPoint(column: Column, point: ChartPoint): Column {
  return {
    first: column.first,
    last: point,
    lowest: point.milliC < column.lowest.milliC ? point : column.lowest,
    highest: point.milliC > column.highest.milliC ? point : column.highest,
  };
}

function pointsOf({ first, last, lowest, highest }: Column): ChartPoint[] {
  const points = [first, lowest, highest, last].sort((a, b) => a.axisMs - b.axisMs);
  return points.filter((point, index) => index === 0 || point !== points[index - 1]);
}
