// The papers of a shipment: parties, goods, limits; and its way from draft to closed.

import type { ShipmentDetail } from '../../../api/shipments.js';
import { SeverityWords } from '../../parts/alert-parts.js';
import { Facts } from '../../parts/facts.js';
import { Moment } from '../../parts/moment.js';
import { Notice } from '../../parts/notice.js';
import { Table } from '../../parts/table.js';
import { t } from '../../words/language.js';
import { showDuration, showLimits } from '../../words/shown.js';

function Dispute({ dispute }: { dispute: NonNullable<ShipmentDetail['dispute']> }) {
  const { label, order, settled, confirmations } = dispute;
  const range = (of: typeof order | null) =>
    of === null ? t('limits.none') : showLimits(of.lowMilliC, of.highMilliC);
  return (
    <Notice
      tone={settled === null ? 'warn' : 'plain'}
      title={t(settled === null ? 'dispute.open' : 'dispute.settled')}
    >
      <Facts
        facts={[
          [t('range.order'), range(order)],
          [t('range.label'), range(label)],
          settled === null ? undefined : [t('dispute.holds'), t(`range.${settled}`)],
        ]}
      />
      {confirmations.map(({ by, range: given, atMs }) => (
        <p key={`${by} ${atMs}`} class="small">
          {t('dispute.word', { name: by, range: t(`range.${given}`) })} <Moment atMs={atMs} />
        </p>
      ))}
    </Notice>
  );
}

export function PapersCard({ shipment }: { shipment: ShipmentDetail }) {
  const { consignor, consignee, carrier, sscc, products, tags, probes, profile, title, limits, dispute } =
    shipment;
  const party = (name: string | null) => name ?? t('value.unknown');
  return (
    <section class="card stack" aria-labelledby="papers-title">
      <h2 id="papers-title">{t('papers.title')}</h2>
      {dispute === null ? null : <Dispute dispute={dispute} />}
      <Facts
        facts={[
          [t('papers.consignor'), party(consignor)],
          [t('papers.consignee'), party(consignee)],
          [t('papers.carrier'), party(carrier)],
          sscc === null
            ? undefined
            : [
                'SSCC',
                <span key="sscc" class="code">
                  {sscc}
                </span>,
              ],
          [t('papers.probes'), probes.length === 0 ? t('value.unknown') : probes.join(', ')],
          profile === null
            ? undefined
            : [t('shipments.profile'), `${title ?? profile.name} (${profile.name}, ${profile.version})`],
        ]}
      />
      {limits.length === 0 ? null : (
        <details>
          <summary>{t('papers.rules')}</summary>
          <Table
            caption={t('papers.rules')}
            rows={limits}
            keyOf={({ sensorId, ruleId }) => `${sensorId} ${ruleId}`}
            columns={[
              { name: t('alert.rule'), cell: ({ ruleId }) => <code>{ruleId}</code> },
              { name: t('alert.probe'), cell: ({ sensorId }) => sensorId },
              {
                name: t('now.limits'),
                cell: ({ lowMilliC, highMilliC }) => showLimits(lowMilliC, highMilliC),
              },
              { name: t('papers.delay'), cell: ({ delayMs }) => showDuration(delayMs) },
              { name: t('alert.severity'), cell: ({ severity }) => <SeverityWords severity={severity} /> },
            ]}
          />
        </details>
      )}
      {products.length === 0 ? null : (
        <>
          <h3>{t('papers.products')}</h3>
          <ul class="small">
            {products.map(({ gtin, lot }) => (
              <li key={`${gtin} ${lot}`} class="number">
                {t('papers.product', { gtin, lot })}
              </li>
            ))}
          </ul>
        </>
      )}
      {tags.length === 0 ? null : (
        <>
          <h3>{t('papers.tags')}</h3>
          <ul class="small">
            {tags.map(({ tag, uri }) => (
              <li key={tag}>
                <code>{uri ?? tag}</code>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

export function WayCard({ shipment: { history } }: { shipment: ShipmentDetail }) {
  return (
    <section class="card stack" aria-labelledby="way-title">
      <h2 id="way-title">{t('way.title')}</h2>
      {history.length === 0 ? <p class="soft">{t('way.none')}</p> : null}
      <ol class="time-line">
        {history.map(({ state, atMs, by }) => (
          <li key={`${state} ${atMs}`}>
            <p>
              <strong>{t(`shipment-state.${state}`)}</strong> <span class="soft">{by}</span>
            </p>
            <p class="soft small">
              <Moment atMs={atMs} detail="full" />
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}
