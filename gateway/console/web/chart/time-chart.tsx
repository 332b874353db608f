// A chart of temperatures over time that can be used with eyes or ears, mouse, finger or keys. Keys: arrows move the
// cursor, plus and minus zoom, page up and down pan, 0 shows everything, digits show and hide probes.

import { useMemo, useRef, useState } from 'preact/hooks';
import type { Chart } from '../../api/chart.js';
import { Icon } from '../parts/icon.js';
import { t } from '../words/language.js';
import './chart.css';
import { cursorKey, windowKey } from './chart-keys.js';
import { ChartLegend } from './chart-legend.js';
import { stepsOf } from './chart-moment.js';
import { ChartReadout } from './chart-readout.js';
import { ChartTools } from './chart-tools.js';
import { laneWords, momentWords, spokenWords } from './chart-words.js';
import { lanesOf, placed } from './lanes.js';
import { ReadingsTable } from './readings-table.js';
import { TimeLanes } from './time-lanes.js';
import type { TimeWindow } from './time-window.js';
import { usePlot } from './use-plot.js';

export interface TimeChartProps {
  readonly chart: Chart;
  readonly window: TimeWindow;
  /** All that there is to see. */
  readonly whole: TimeWindow;
  readonly isLoading: boolean;
  readonly onWindow: (next: TimeWindow) => void;
}

export function TimeChart({ chart, window, whole, isLoading, onWindow }: TimeChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const [hidden, setHidden] = useState<ReadonlySet<number>>(new Set());
  const [cursorMs, setCursorMs] = useState<number>();
  const [spoken, setSpoken] = useState('');
  const [isTable, setTable] = useState(false);
  const isShown = (index: number) => !hidden.has(index);
  const box = usePlot(host, { chart, window, whole, hidden, cursorMs, onWindow, onCursor: setCursorMs });
  // A lane that was there once stays, so that zooming does not make the page jump.
  const laneNames = useRef(new Set<string>());
  const lanes = lanesOf(chart, laneWords).filter(({ name, items }) => {
    if (placed(items, window).length > 0) laneNames.current.add(name);
    return laneNames.current.has(name);
  });
  const steps = useMemo(() => stepsOf(chart, isShown), [chart, hidden]);

  const toggle = (index: number) => {
    if (index >= chart.series.length) return;
    const next = new Set(hidden);
    if (!next.delete(index)) next.add(index);
    setHidden(next);
    const name = chart.series[index]?.sensorId ?? '';
    setSpoken(t(next.has(index) ? 'chart.hidden' : 'chart.shown', { probe: name }));
  };

  // Keys may come faster than the page is drawn: each goes on from where the one before has led.
  const at = useRef({ window, cursorMs });
  at.current = { window, cursorMs };
  const point = (atMs: number | undefined) => {
    at.current = { ...at.current, cursorMs: atMs };
    setCursorMs(atMs);
  };
  const look = (next: TimeWindow) => {
    at.current = { ...at.current, window: next };
    onWindow(next);
  };

  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { window: shown, cursorMs: pointed } = at.current;
    const seen = steps.filter((atMs) => atMs >= shown.fromMs && atMs <= shown.toMs);
    const nextWindow = windowKey(event.key, shown, whole, pointed);
    const nextCursor = cursorKey(event, seen, pointed);
    if (nextWindow) look(nextWindow);
    else if (nextCursor !== undefined) point(nextCursor);
    else if (event.key === 'Escape' && pointed !== undefined) point(undefined);
    else if (/^[1-9]$/.test(event.key)) toggle(Number(event.key) - 1);
    else return;
    event.preventDefault();
  };

  return (
    <figure class="time-chart" aria-label={t('chart.title')} aria-busy={isLoading}>
      <ChartTools
        {...{ window, whole, cursorMs, onWindow, isTable }}
        onTable={() => setTable(!isTable)}
        isLoading={isLoading}
      />
      <ChartReadout chart={chart} window={window} cursorMs={cursorMs} isShown={isShown} />
      {/* A slider over time: screen readers read its value at each step, and pass on all keys. */}
      <div
        class="plot"
        role="slider"
        tabIndex={0}
        aria-label={t('chart.label')}
        aria-describedby="chart-keys"
        aria-valuemin={window.fromMs}
        aria-valuemax={window.toMs}
        aria-valuenow={cursorMs ?? window.fromMs}
        aria-valuetext={
          cursorMs === undefined ? t('chart.no-cursor') : spokenWords(momentWords(chart, cursorMs, isShown))
        }
        onKeyDown={onKey}
        hidden={isTable}
      >
        <div ref={host} class="canvas" />
        <TimeLanes lanes={lanes} window={window} box={box} cursorMs={cursorMs} />
      </div>
      {isTable ? <ReadingsTable chart={chart} window={window} isShown={isShown} /> : null}
      <p class="unseen" role="status">
        {spoken}
      </p>
      <ChartLegend series={chart.series} hidden={hidden} onToggle={toggle} />
      <details class="small">
        <summary>
          <Icon name="info" />
          {t('chart.keys-title')}
        </summary>
        <p id="chart-keys">{t('chart.keys')}</p>
        <p class="soft">{t('chart.drag')}</p>
      </details>
    </figure>
  );
}
