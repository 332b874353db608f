// All shipments, the newest first: where each stands, what watches it, and whether somebody must look.

import type { ShipmentPage as ShipmentAnswer, ShipmentSummary } from '../../../api/shipments.js';
import { get } from '../../net/api-client.js';
import { alertRound } from '../../net/live.js';
import { Chip } from '../../parts/chip.js';
import { Filters, SelectFilter, TextFilter } from '../../parts/filter-bar.js';
import { Moment } from '../../parts/moment.js';
import { Empty } from '../../parts/notice.js';
import { PageTitle } from '../../parts/page-title.js';
import { Paged } from '../../parts/paged.js';
import { ShipmentStateChip } from '../../parts/shipment-state-chip.js';
import { Table } from '../../parts/table.js';
import { pathOf, query } from '../../shell/router.js';
import { t, tCount } from '../../words/language.js';
import { showZone } from '../../words/shown.js';

const states = [
  'draft',
  'armed',
  'in-transit',
  'delivered',
  'under-review',
  'released',
  'rejected',
  'closed',
  'unmanaged',
] as const;
const names = ['search', 'state'];

function Alerts({ shipment: { openAlerts } }: { shipment: ShipmentSummary }) {
  if (openAlerts === 0) return <span class="soft">{t('value.none')}</span>;
  return <Chip tone="bad" icon="alert" words={tCount('shipments.alerts', openAlerts)} />;
}

export function ShipmentsPage() {
  const asked = {
    search: query.value.get('search') ?? undefined,
    state: query.value.get('state') ?? undefined,
  };
  const isNarrowed = names.some((name) => query.value.has(name));
  return (
    <>
      <header>
        <PageTitle words={t('nav.shipments')} />
        <p class="soft small">{t('time.zone', { zone: showZone(Date.now()) })}</p>
      </header>
      <Filters names={names}>
        <TextFilter name="search" label={t('shipments.search')} />
        <SelectFilter
          name="state"
          label={t('shipments.state')}
          options={[
            ['', t('filter.all')],
            ...states.map((state) => [state, t(`shipment-state.${state}`)] as const),
          ]}
        />
      </Filters>
      <Paged
        of={JSON.stringify(asked)}
        news={alertRound.value}
        load={async (pageFrom, signal) => {
          const page = await get<ShipmentAnswer>('/api/shipments', { ...asked, pageFrom }, signal);
          return { items: page.shipments, nextPage: page.nextPage };
        }}
      >
        {(shipments) =>
          shipments.length === 0 ? (
            <Empty icon="shipment" title={t(isNarrowed ? 'shipments.none-such' : 'shipments.empty.title')}>
              <p class="soft">{t(isNarrowed ? 'alerts.none-such-body' : 'shipments.empty.body')}</p>
            </Empty>
          ) : (
            <div class="card">
              <Table
                caption={t('nav.shipments')}
                rows={shipments}
                keyOf={({ id }) => id}
                columns={[
                  {
                    name: t('filter.shipment'),
                    cell: ({ id }) => <a href={pathOf('shipments', id)}>{id}</a>,
                  },
                  { name: t('shipments.state'), cell: ({ state }) => <ShipmentStateChip state={state} /> },
                  {
                    name: t('shipments.since'),
                    cell: ({ sinceMs }) => (sinceMs === null ? null : <Moment atMs={sinceMs} />),
                  },
                  { name: t('shipments.alerts-name'), cell: (shipment) => <Alerts shipment={shipment} /> },
                  { name: t('shipments.profile'), cell: ({ profile }) => profile?.name ?? t('value.none') },
                  { name: t('shipments.to'), cell: ({ consignee }) => consignee },
                ]}
              />
            </div>
          )
        }
      </Paged>
    </>
  );
}
