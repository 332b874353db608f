// A chart that asks for what it shows: each window anew, with as many buckets as it is wide, so that a month and a minute
// are both complete. What was shown stays until the finer data are here.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Chart } from '../../api/chart.js';
import { get } from '../net/api-client.js';
import { Empty, Loading, Trouble } from '../parts/notice.js';
import { useResource } from '../parts/resource.js';
import { t } from '../words/language.js';
import { TimeChart } from './time-chart.js';
import { isSame, type TimeWindow } from './time-window.js';

interface LoadedProps {
  /** What is asked for besides the window. */
  readonly of: { readonly shipment?: string; readonly sensors?: string };
  /** Shown first; undefined: all that the console has of it. */
  readonly first?: TimeWindow;
  /** Moves when there may be more to see. */
  readonly news?: number;
  /** Goes on while it is looked at: all of it is asked for again now and then. */
  readonly isGoingOn?: boolean;
}

const LOOK_AGAIN_MS = 15_000;

/** What the API takes. */
const MAX_WIDTH_PX = 4_000;
const MIN_WIDTH_PX = 200;

export function LoadedChart({ of, first, news = 0, isGoingOn = false }: LoadedProps) {
  const host = useRef<HTMLDivElement>(null);
  const whole = useRef<TimeWindow | undefined>(undefined);
  const [window, setWindow] = useState<TimeWindow | undefined>(first);
  const shown = useRef<Chart | undefined>(undefined);
  const widthPx = Math.round(
    Math.min(Math.max(host.current?.clientWidth ?? innerWidth, MIN_WIDTH_PX), MAX_WIDTH_PX),
  );
  const key = JSON.stringify([of, window?.fromMs, window?.toMs]);
  const chart = useResource(
    key,
    (signal) =>
      get<Chart>('/api/chart', { ...of, fromMs: window?.fromMs, toMs: window?.toMs, widthPx }, signal),
    news,
  );
  if (chart.value) {
    shown.current = chart.value;
    // The first answer says how much there is; later ones only what was asked for.
    if (window === undefined || !whole.current) whole.current = { ...spanOf(chart.value), ...window };
  }
  const seen = shown.current;
  const isWhole = window === undefined;
  useEffect(() => {
    if (!isGoingOn || !isWhole) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') chart.reload();
    }, LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [isGoingOn, isWhole, chart.reload]);
  const moveTo = (next: TimeWindow) => {
    // All of it is whatever there is then, not what there was.
    const isAll = whole.current !== undefined && isSame(next, whole.current);
    setWindow(isAll ? first : next);
  };
  return (
    <div ref={host} class="stack">
      {chart.error === undefined ? null : <Trouble error={chart.error} onRetry={chart.reload} />}
      {seen === undefined ? (
        chart.error === undefined ? (
          <Loading tall />
        ) : null
      ) : seen.series.every(({ startMs }) => startMs.length === 0) ? (
        <Empty icon="chart" title={t('chart.empty.title')}>
          <p class="soft">{t('chart.empty.body')}</p>
        </Empty>
      ) : (
        <TimeChart
          chart={seen}
          window={window ?? spanOf(seen)}
          whole={whole.current ?? spanOf(seen)}
          isLoading={chart.isLoading}
          onWindow={moveTo}
        />
      )}
    </div>
  );
}

const spanOf = ({ fromMs, toMs }: Chart): TimeWindow => ({ fromMs, toMs });
