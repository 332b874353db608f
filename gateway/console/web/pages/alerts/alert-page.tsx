// One alert: what happened, the chart of its time, what people made of it, and the next step for whoever looks.

import { useState } from 'preact/hooks';
import type { AlertDetail } from '../../../api/alerts.js';
import { LoadedChart } from '../../chart/loaded-chart.js';
import { withRoom } from '../../chart/time-window.js';
import { get } from '../../net/api-client.js';
import { alertRound, nowMs } from '../../net/live.js';
import { AlertList } from '../../parts/alert-list.js';
import { AlertStateChip, AlertWindow, alertTitle, SeverityWords } from '../../parts/alert-parts.js';
import { Facts } from '../../parts/facts.js';
import { Icon } from '../../parts/icon.js';
import { Notice } from '../../parts/notice.js';
import { PageTitle } from '../../parts/page-title.js';
import { Shown, useResource } from '../../parts/resource.js';
import type { PageProps } from '../../shell/pages.js';
import { pathOf } from '../../shell/router.js';
import { t } from '../../words/language.js';
import { showDuration, showTemperature } from '../../words/shown.js';
import './alerts.css';
import { AlertCourse } from './alert-course.js';
import { EvidenceCard, HistoryCard } from './alert-record-cards.js';
import { inventoryFacts } from './inventory-facts.js';

/** No probe has to do with it. */
const isOfGoods = ({ source }: AlertDetail) => source === 'inventory' || source === 'kits';

function AlertFacts({ alert }: { alert: AlertDetail }) {
  const { severity, rule, limitMilliC, extremeMilliC, outsideMs, sensorId, shipment, matter } = alert;
  return (
    <Facts
      facts={[
        [t('alert.severity'), <SeverityWords key="severity" severity={severity} />],
        isOfGoods(alert) ? undefined : [t('alert.probe'), sensorId],
        [t('alert.when'), <AlertWindow key="window" alert={alert} />],
        rule === null ? undefined : [t('alert.rule'), rule],
        limitMilliC === null ? undefined : [t('alert.limit-name'), showTemperature(limitMilliC)],
        extremeMilliC === null
          ? undefined
          : [t('alert.extreme'), <strong key="extreme">{showTemperature(extremeMilliC)}</strong>],
        outsideMs === null || outsideMs === 0 ? undefined : [t('alert.outside'), showDuration(outsideMs)],
        typeof matter.condition === 'string' ? [t('alert.condition'), matter.condition] : undefined,
        typeof matter.reason === 'string' ? [t('alert.reason'), matter.reason] : undefined,
        typeof matter.profile === 'string'
          ? [t('alert.profile'), `${matter.profile} ${matter.profileVersion ?? ''}`]
          : undefined,
        ...inventoryFacts(alert),
        shipment === null
          ? undefined
          : [
              t('filter.shipment'),
              <a key="shipment" href={pathOf('shipments', shipment)}>
                {shipment}
              </a>,
            ],
      ]}
    />
  );
}

function KnownAlert({ alert, onDone }: { alert: AlertDetail; onDone: (told: string) => void }) {
  const { fromMs, toMs, similar } = alert;
  const room = withRoom({ fromMs, toMs: toMs ?? Math.max(nowMs.peek(), fromMs) });
  // What goes on has no time after it yet.
  const [first] = useState(alert.isOngoing ? { ...room, toMs: nowMs.peek() } : room);
  return (
    <>
      <div class="columns">
        <div class="stack">
          {isOfGoods(alert) ? null : (
            <section class="card" aria-labelledby="chart-title">
              <header>
                <h2 id="chart-title">{t('alert.chart')}</h2>
              </header>
              <LoadedChart of={{ sensors: alert.sensorId }} first={first} />
            </section>
          )}
          <EvidenceCard alert={alert} />
          <HistoryCard alert={alert} />
        </div>
        <div class="stack first-on-phone">
          <section class="card" aria-labelledby="matter-title">
            <header>
              <h2 id="matter-title">{t('alert.matter')}</h2>
              <AlertStateChip state={alert.state} />
            </header>
            <AlertFacts alert={alert} />
          </section>
          <AlertCourse alert={alert} onDone={onDone} />
        </div>
      </div>
      {similar.length === 0 ? null : (
        <section class="card" aria-labelledby="similar-title">
          <header>
            <h2 id="similar-title">{t('alert.similar')}</h2>
          </header>
          <AlertList alerts={similar} caption={t('alert.similar')} />
        </section>
      )}
    </>
  );
}

export function AlertPage({ id }: PageProps) {
  const alert = useResource(
    id,
    (signal) => get<AlertDetail>(`/api/alerts/${encodeURIComponent(id)}`, {}, signal),
    alertRound.value,
  );
  const [told, setTold] = useState('');
  const onDone = (words: string) => {
    setTold(words);
    alert.reload();
  };
  return (
    <>
      <a class="back" href={pathOf('alerts')}>
        <Icon name="left" />
        {t('nav.alerts')}
      </a>
      <header>
        <PageTitle words={alert.value ? alertTitle(alert.value) : t('alert.title')} />
      </header>
      {told === '' ? null : <Notice tone="ok" title={told} isUrgent />}
      <Shown of={alert} tall>
        {(known) => <KnownAlert alert={known} onDone={onDone} />}
      </Shown>
    </>
  );
}
