// What happened in the time that a chart shows, as a table: excursions, holes, doors, defrosting, custody, what the gateway
// went through. The same that the chart tints, hatches and draws in lanes.

import type { Chart } from '../../api/chart.js';
import { Moment } from '../parts/moment.js';
import { Table } from '../parts/table.js';
import { t } from '../words/language.js';
import { laneWords } from './chart-words.js';
import { type Happening, happeningsOf } from './lanes.js';
import type { TimeWindow } from './time-window.js';

function Until({ fromMs, toMs }: Happening) {
  if (toMs === null) return <>{t('alert.goes-on')}</>;
  return toMs === fromMs ? null : <Moment atMs={toMs} detail="full" />;
}

export function EventsTable({ chart, window }: { chart: Chart; window: TimeWindow }) {
  const happenings = happeningsOf(chart, laneWords, window);
  if (happenings.length === 0) return null;
  return (
    <>
      <h3>{t('chart.events')}</h3>
      <Table
        caption={t('chart.events')}
        rows={happenings}
        keyOf={({ key }) => key}
        columns={[
          { name: t('chart.from'), cell: ({ fromMs }) => <Moment atMs={fromMs} detail="full" /> },
          { name: t('chart.until'), cell: (happening) => <Until {...happening} /> },
          { name: t('audit.what'), cell: ({ name }) => t(`lane.${name}`) },
          { name: t('chart.which'), cell: ({ words }) => words },
        ]}
      />
    </>
  );
}
