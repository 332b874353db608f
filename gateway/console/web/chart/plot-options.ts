// How uPlot draws: axes in the reader's language, zone and unit, per probe a band between the least and the greatest
// value, no legend and no points of its own.

import uPlot from 'uplot';
import type { ChartSeries } from '../../api/chart.js';
import type { Zone } from '../words/moment.js';
import { extentOf } from './chart-columns.js';
import { COLOURS, dashOf, type Palette } from './palette.js';

export interface PlotStyle {
  readonly palette: Palette;
  /** BCP 47 */
  readonly locale: string;
  readonly zone: Zone;
  /** Of the temperature axis: °C or °F. */
  readonly unit: string;
  /** Limits of the series that are shown, in that unit. */
  readonly limits: () => readonly number[];
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A steady fridge must not look like a storm: one degree, five percent. */
const LEAST_SPAN = { temperature: 1, humidity: 5 } as const;
const FONT = '12px system-ui, sans-serif';

/** Of the uPlot series that belong to one of ours: its greatest and its least value. */
export const plotIndices = (index: number) => [1 + 2 * index, 2 + 2 * index] as const;

function tickWords({ locale, zone }: PlotStyle) {
  const timeZone = zone === 'utc' ? { timeZone: 'UTC' } : {};
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, ...timeZone, hourCycle: 'h23' });
  const day = format({ day: 'numeric', month: 'short' });
  const minute = format({ hour: '2-digit', minute: '2-digit' });
  const second = format({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
  return (_plot: uPlot, splits: number[], _axis: number, _space: number, stepMs: number) => {
    let lastDay = '';
    return splits.map((atMs) => {
      const date = day.format(atMs);
      if (stepMs >= DAY_MS) return date;
      const time = (stepMs < MINUTE_MS ? second : minute).format(atMs);
      const isNewDay = date !== lastDay;
      lastDay = date;
      return isNewDay ? `${time}\n${date}` : time;
    });
  };
}

/** The values of one quantity that are in sight, and the limits of temperatures. */
function* inSight(plot: uPlot, quantities: readonly string[], quantity: string, limits: readonly number[]) {
  const [from, to] = [plot.scales.x?.min ?? 0, plot.scales.x?.max ?? 0];
  const xs = plot.data[0];
  for (const [index, one] of quantities.entries()) {
    if (one !== quantity) continue;
    for (const column of plotIndices(index)) {
      if (plot.series[column]?.show === false) continue;
      const values = plot.data[column] ?? [];
      for (let at = 0; at < xs.length; at++) {
        const [x, value] = [xs[at] ?? 0, values[at]];
        if (x >= from && x <= to && typeof value === 'number') yield value;
      }
    }
  }
  yield* limits;
}

export function plotOptions(series: readonly ChartSeries[], style: PlotStyle): uPlot.Options {
  const { palette, locale, zone, unit } = style;
  const quantities = series.map(({ quantity }) => quantity);
  const hasHumidity = quantities.includes('humidity');
  const axis = { stroke: palette.inkSoft, font: FONT, ticks: { stroke: palette.line, size: 5 } };
  const digits = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const values = (sign: string) => (_plot: uPlot, splits: number[]) =>
    splits.map((value) => `${digits.format(value).replace('-', '\u2212')}\u00a0${sign}`);
  const range = (quantity: ChartSeries['quantity']) => (plot: uPlot) => {
    const limits = quantity === 'temperature' ? style.limits() : [];
    return [...extentOf(inSight(plot, quantities, quantity, limits), LEAST_SPAN[quantity])] as [
      number,
      number,
    ];
  };
  return {
    width: 600,
    height: 320,
    ms: 1,
    tzDate: (atMs) => (zone === 'utc' ? uPlot.tzDate(new Date(atMs), 'UTC') : new Date(atMs)),
    padding: [10, hasHumidity ? 0 : 26, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 7 }, drag: { x: true, y: false, setScale: false } },
    scales: { x: { time: true }, y: { range: range('temperature') }, percent: { range: range('humidity') } },
    axes: [
      { ...axis, grid: { stroke: palette.line, width: 1 }, values: tickWords(style), space: 72, size: 44 },
      { ...axis, grid: { stroke: palette.line, width: 1 }, values: values(unit), size: 66 },
      ...(hasHumidity
        ? [
            {
              ...axis,
              scale: 'percent',
              side: 1 as const,
              grid: { show: false },
              values: values('%'),
              size: 52,
            },
          ]
        : []),
    ],
    series: [
      {},
      ...series.flatMap(({ quantity }, index) => {
        const stroke = palette.series[index % COLOURS] ?? palette.ink;
        const scale = quantity === 'temperature' ? 'y' : 'percent';
        const one = { stroke, scale, width: 2, dash: [...dashOf(index)], points: { show: false } };
        return [one, { ...one }];
      }),
    ],
    bands: series.map((_one, index) => ({
      series: [...plotIndices(index)] as [number, number],
      fill: (palette.series[index % COLOURS] ?? palette.ink).replace('rgb(', 'rgba(').replace(')', ', 0.18)'),
    })),
  };
}
