// Page 3: the inbox of alerts. Shows what waits for somebody unless asked for more, and moves by itself when alerts come
// or change.

import type { AlertPage as AlertAnswer } from '../../../api/alerts.js';
import { get } from '../../net/api-client.js';
import { alertRound } from '../../net/live.js';
import { AlertList } from '../../parts/alert-list.js';
import { Filters, SelectFilter, TextFilter } from '../../parts/filter-bar.js';
import { Empty } from '../../parts/notice.js';
import { PageTitle } from '../../parts/page-title.js';
import { Paged } from '../../parts/paged.js';
import { preferences } from '../../shell/preferences.js';
import { query } from '../../shell/router.js';
import { dayEndMs, dayStartMs } from '../../words/day.js';
import { t } from '../../words/language.js';
import { showZone } from '../../words/shown.js';

const states = ['open', 'acknowledged', 'assessed', 'closed'] as const;
const severities = ['critical', 'major', 'minor', 'notice'] as const;
const sources = [
  'excursion',
  'calibration-changed',
  'device-changed',
  'damaged-journal',
  'slow-card',
  'authenticity',
  'inventory',
  'kits',
] as const;
const names = ['state', 'severity', 'source', 'sensorId', 'shipment', 'from', 'to'];

function AlertFilters() {
  return (
    <Filters names={names}>
      <SelectFilter
        name="state"
        label={t('alert.state')}
        options={[
          ['', t('alerts.waiting')],
          ...states.map((state) => [state, t(`alert-state.${state}`)] as const),
          ['all', t('filter.all')],
        ]}
      />
      <SelectFilter
        name="severity"
        label={t('alert.severity')}
        options={[
          ['', t('filter.all')],
          ...severities.map((severity) => [severity, t(`severity.${severity}`)] as const),
        ]}
      />
      <SelectFilter
        name="source"
        label={t('alert.source')}
        options={[
          ['', t('filter.all')],
          ...sources.map((source) => [source, t(`alert-kind.${source}`)] as const),
        ]}
      />
      <TextFilter name="sensorId" label={t('alert.probe')} />
      <TextFilter name="shipment" label={t('filter.shipment')} />
      <TextFilter name="from" label={t('filter.from')} kind="date" />
      <TextFilter name="to" label={t('filter.to')} kind="date" />
    </Filters>
  );
}

function askedOf(address: URLSearchParams): Readonly<Record<string, string | number | undefined>> {
  const { zone } = preferences.value;
  const text = (name: string) => address.get(name) ?? undefined;
  return {
    ...{ state: text('state'), severity: text('severity'), source: text('source') },
    ...{ sensorId: text('sensorId'), shipment: text('shipment') },
    fromMs: dayStartMs(address.get('from') ?? '', zone),
    toMs: dayEndMs(address.get('to') ?? '', zone),
  };
}

export function AlertsPage() {
  const asked = askedOf(query.value);
  const isNarrowed = names.some((name) => query.value.has(name));
  return (
    <>
      <header>
        <PageTitle words={t('nav.alerts')} />
        <p class="soft small">{t('time.zone', { zone: showZone(Date.now()) })}</p>
      </header>
      <AlertFilters />
      <Paged
        of={JSON.stringify(asked)}
        news={alertRound.value}
        load={async (pageFrom, signal) => {
          const page = await get<AlertAnswer>('/api/alerts', { ...asked, pageFrom }, signal);
          return { items: page.alerts, nextPage: page.nextPage };
        }}
      >
        {(alerts) =>
          alerts.length === 0 ? (
            <Empty icon="ok" title={t(isNarrowed ? 'alerts.none-such' : 'alerts.empty.title')}>
              <p class="soft">{t(isNarrowed ? 'alerts.none-such-body' : 'alerts.empty.body')}</p>
            </Empty>
          ) : (
            <div class="card">
              <AlertList alerts={alerts} caption={t('nav.alerts')} />
            </div>
          )
        }
      </Paged>
    </>
  );
}
