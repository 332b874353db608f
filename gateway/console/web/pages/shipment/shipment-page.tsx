// Page 2: one shipment. Its temperatures with everything that happened meanwhile, its figures, its papers, its way, and
// what leaves the gateway about it.

import { useState } from 'preact/hooks';
import type { ShipmentDetail } from '../../../api/shipments.js';
import { LoadedChart } from '../../chart/loaded-chart.js';
import { get } from '../../net/api-client.js';
import { alertRound } from '../../net/live.js';
import { AlertList } from '../../parts/alert-list.js';
import { Icon } from '../../parts/icon.js';
import { Empty, Notice } from '../../parts/notice.js';
import { PageTitle } from '../../parts/page-title.js';
import { Shown, useResource } from '../../parts/resource.js';
import { ShipmentStateChip } from '../../parts/shipment-state-chip.js';
import type { PageProps } from '../../shell/pages.js';
import { pathOf } from '../../shell/router.js';
import { t } from '../../words/language.js';
import { DownloadsCard } from './downloads-card.js';
import { FiguresCard } from './figures-card.js';
import { PapersCard, WayCard } from './papers-cards.js';
import './shipment.css';
import { StepsBar } from './steps-bar.js';

/** Readings still come. */
const isUnderWay = ({ state }: ShipmentDetail) =>
  state === 'armed' || state === 'in-transit' || state === 'unmanaged';

function KnownShipment({ shipment }: { shipment: ShipmentDetail }) {
  const { id, fromMs, alerts } = shipment;
  return (
    <>
      <section class="card" aria-labelledby="chart-title">
        <header>
          <h2 id="chart-title">{t('shipment.chart')}</h2>
        </header>
        {fromMs === null && shipment.firstSequence === null ? (
          <Empty icon="chart" title={t('shipment.not-begun.title')}>
            <p class="soft">{t('shipment.not-begun.body')}</p>
          </Empty>
        ) : (
          <LoadedChart of={{ shipment: id }} news={alertRound.value} isGoingOn={isUnderWay(shipment)} />
        )}
      </section>
      <FiguresCard shipment={shipment} />
      {alerts.length === 0 ? null : (
        <section class="card" aria-labelledby="alerts-title">
          <header>
            <h2 id="alerts-title">{t('nav.alerts')}</h2>
          </header>
          <AlertList alerts={alerts} caption={t('nav.alerts')} />
        </section>
      )}
      <div class="beside">
        <PapersCard shipment={shipment} />
        <div class="stack">
          <WayCard shipment={shipment} />
          <DownloadsCard shipment={shipment} />
        </div>
      </div>
    </>
  );
}

export function ShipmentPage({ id }: PageProps) {
  const shipment = useResource(
    id,
    (signal) => get<ShipmentDetail>(`/api/shipments/${encodeURIComponent(id)}`, {}, signal),
    alertRound.value,
  );
  const [told, setTold] = useState('');
  const onDone = (words: string) => {
    setTold(words);
    shipment.reload();
  };
  return (
    <>
      <a class="back" href={pathOf('shipments')}>
        <Icon name="left" />
        {t('nav.shipments')}
      </a>
      <header>
        <div class="row">
          <PageTitle words={id} />
          {shipment.value ? <ShipmentStateChip state={shipment.value.state} /> : null}
        </div>
        {shipment.value ? <StepsBar shipment={shipment.value} onDone={onDone} /> : null}
      </header>
      {told === '' ? null : <Notice tone="ok" title={told} isUrgent />}
      <Shown of={shipment} tall>
        {(known) => <KnownShipment shipment={known} />}
      </Shown>
    </>
  );
}
