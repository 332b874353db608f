// The line above a chart: what is under the cursor, or which stretch is shown while there is none. Always of the same
// height, so that nothing jumps.

import type { Chart } from '../../api/chart.js';
import { t } from '../words/language.js';
import { utcText } from '../words/moment.js';
import { showMoment, showZone } from '../words/shown.js';
import { momentWords } from './chart-words.js';
import { COLOURS } from './palette.js';
import type { TimeWindow } from './time-window.js';

/** Below this seconds matter, and the day stands on the axis. */
const SHORT_MS = 3_600_000;

interface ReadoutProps {
  readonly chart: Chart;
  readonly window: TimeWindow;
  readonly cursorMs: number | undefined;
  readonly isShown: (index: number) => boolean;
}

export function ChartReadout({ chart, window: { fromMs, toMs }, cursorMs, isShown }: ReadoutProps) {
  if (cursorMs === undefined) {
    const detail = toMs - fromMs < SHORT_MS ? 'time' : 'short';
    const stretch = {
      from: showMoment(fromMs, detail),
      to: showMoment(toMs, detail),
      zone: showZone(toMs),
    };
    return (
      <div class="readout">
        <span class="number" title={`${utcText(fromMs)} – ${utcText(toMs)}`}>
          {t('chart.stretch', stretch)}
        </span>
        <span class="soft small">{t(chart.isExact ? 'chart.exact' : 'chart.summed')}</span>
      </div>
    );
  }
  const { time, readings, happening } = momentWords(chart, cursorMs, isShown);
  return (
    <div class="readout">
      <strong class="number" title={utcText(cursorMs)}>
        {time}
      </strong>
      {readings.map(({ index, name, value }) => (
        <span key={index} class="number">
          <span class={`dot series-${(index % COLOURS) + 1}`} aria-hidden="true" />
          {name} <strong>{value}</strong>
        </span>
      ))}
      {happening.map((words) => (
        <span key={words} class="soft">
          {words}
        </span>
      ))}
    </div>
  );
}
