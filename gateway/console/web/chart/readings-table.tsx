// The chart as a table, for whoever does not see it or wants the numbers: the same buckets, the newest last, a page at a
// time.

import { useState } from 'preact/hooks';
import type { Chart } from '../../api/chart.js';
import { Moment } from '../parts/moment.js';
import { Table } from '../parts/table.js';
import { t } from '../words/language.js';
import { readingAt, stepsOf } from './chart-moment.js';
import { rangeWords } from './chart-words.js';
import { EventsTable } from './events-table.js';
import type { TimeWindow } from './time-window.js';

const PAGE_ROWS = 50;

interface ReadingsProps {
  readonly chart: Chart;
  readonly window: TimeWindow;
  readonly isShown: (index: number) => boolean;
}

export function ReadingsTable({ chart, window, isShown }: ReadingsProps) {
  const [page, setPage] = useState(0);
  const rows = stepsOf(chart, isShown).filter((atMs) => atMs >= window.fromMs && atMs <= window.toMs);
  const pages = Math.max(1, Math.ceil(rows.length / PAGE_ROWS));
  const at = Math.min(page, pages - 1);
  return (
    <div class="stack">
      <EventsTable chart={chart} window={window} />
      <h3>{t('chart.readings')}</h3>
      <Table
        caption={t('chart.table-caption')}
        rows={rows.slice(at * PAGE_ROWS, (at + 1) * PAGE_ROWS)}
        keyOf={String}
        columns={[
          { name: t('chart.time'), cell: (atMs) => <Moment atMs={atMs} detail="full" /> },
          ...chart.series.flatMap((series, index) =>
            isShown(index)
              ? [
                  {
                    name: series.sensorId,
                    cell: (atMs: number) => rangeWords(readingAt(series, chart, atMs)),
                  },
                ]
              : [],
          ),
        ]}
      />
      {pages === 1 ? null : (
        <div class="row">
          <button type="button" class="button" disabled={at === 0} onClick={() => setPage(at - 1)}>
            {t('chart.earlier')}
          </button>
          <span class="number">{t('chart.page-of', { page: at + 1, pages })}</span>
          <button type="button" class="button" disabled={at === pages - 1} onClick={() => setPage(at + 1)}>
            {t('chart.later')}
          </button>
        </div>
      )}
    </div>
  );
}
