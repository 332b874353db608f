// Which line is which probe, and which of them are shown. The sample has the line's colour and pattern; the digit is the
// key that does the same.

import type { ChartSeries } from '../../api/chart.js';
import { t } from '../words/language.js';
import { showReading } from '../words/shown.js';
import { COLOURS, dashOf } from './palette.js';

interface LegendProps {
  readonly series: readonly ChartSeries[];
  readonly hidden: ReadonlySet<number>;
  readonly onToggle: (index: number) => void;
}

export function ChartLegend({ series, hidden, onToggle }: LegendProps) {
  return (
    <fieldset class="legend">
      <legend class="unseen">{t('chart.probes')}</legend>
      {series.map(({ sensorId, quantity, summary }, index) => (
        <label key={`${sensorId} ${quantity}`}>
          <input type="checkbox" checked={!hidden.has(index)} onChange={() => onToggle(index)} />
          <svg class={`sample series-${(index % COLOURS) + 1}`} viewBox="0 0 34 8" aria-hidden="true">
            <line x1="1" x2="33" y1="4" y2="4" stroke-dasharray={dashOf(index).join(' ') || undefined} />
          </svg>
          <span class="break">
            {sensorId}
            {quantity === 'humidity' ? ` (${t('chart.humidity')})` : null}
          </span>
          {summary === null ? (
            <span class="soft small">{t('chart.no-readings')}</span>
          ) : (
            <span class="soft small number">
              {t('chart.from-to', {
                low: showReading(summary.minMilli, quantity),
                high: showReading(summary.maxMilli, quantity),
              })}
            </span>
          )}
        </label>
      ))}
    </fieldset>
  );
}
