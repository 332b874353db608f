// What a chart says in words: of a moment, for the line above the chart and for screen readers, and of events.

import type { Chart } from '../../api/chart.js';
import { isMessage, t } from '../words/language.js';
import { showMoment, showPosition, showReading } from '../words/shown.js';
import { happeningAt, positionAt, type ReadingAt, readingAt } from './chart-moment.js';
import type { LaneWords } from './lanes.js';

/** "5.2 °C", "5.1 °C to 5.6 °C" where a bucket sums up several, or why there is none. */
export function rangeWords({ range, series: { quantity } }: ReadingAt): string {
  if (range === undefined) return t('chart.nothing-heard');
  if (range === null) return t('chart.no-good-reading');
  const [least, greatest] = range;
  const [low, high] = [showReading(least, quantity), showReading(greatest, quantity)];
  return low === high ? low : t('chart.from-to', { low, high });
}

export interface MomentWords {
  readonly time: string;
  readonly readings: readonly { readonly index: number; readonly name: string; readonly value: string }[];
  readonly happening: readonly string[];
}

/** Of the series that are shown. */
export function momentWords(chart: Chart, atMs: number, isShown: (index: number) => boolean): MomentWords {
  const { excursions, doors } = happeningAt(chart, atMs);
  const position = positionAt(chart, atMs);
  return {
    time: showMoment(atMs, 'full'),
    readings: chart.series.flatMap((series, index) =>
      isShown(index)
        ? [{ index, name: series.sensorId, value: rangeWords(readingAt(series, chart, atMs)) }]
        : [],
    ),
    happening: [
      ...excursions.map(({ sensorId, rule }) =>
        t('chart.excursion-of', { probe: sensorId, rule: rule ?? '' }),
      ),
      ...doors.map(({ sensorId, means }) => t(`chart.${means}-of`, { door: sensorId })),
      ...(position ? [showPosition(position.latitudeDegE7, position.longitudeDegE7)] : []),
    ],
  };
}

/** One sentence for a screen reader. */
export function spokenWords({ time, readings, happening }: MomentWords): string {
  const values = readings.map(({ name, value }) => `${name} ${value}`);
  return `${time}: ${[...values, ...happening].join(', ')}`;
}

/** Words that the log uses for events, where this program knows them. */
function eventWords(event: string): string {
  const key = `event.${event}`;
  return isMessage(key) ? t(key) : event;
}

export const laneWords: LaneWords = {
  custody: (event, by) => (by === null ? eventWords(event) : `${eventWords(event)}, ${by}`),
  mark: (kind, type) => eventWords(type ?? kind),
  position: showPosition,
};
