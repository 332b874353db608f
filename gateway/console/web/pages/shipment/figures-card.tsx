// The figures of a shipment, probe by probe: extremes with their moments, mean, spread, mean kinetic temperature, time
// outside, holes; and how much of the product's stability budget is used up.

import type { ProbeStatistics, ShipmentDetail } from '../../../api/shipments.js';
import { Chip } from '../../parts/chip.js';
import { Moment } from '../../parts/moment.js';
import { Table } from '../../parts/table.js';
import { t, tCount } from '../../words/language.js';
import { showCount, showDuration, showLimits, showShare, showTemperature } from '../../words/shown.js';
import { type BudgetLine, budgetsOf } from './budgets.js';

function Extreme({ milliC, atMs }: { milliC: number | null; atMs: number | null }) {
  if (milliC === null) return <span class="soft">–</span>;
  return (
    <>
      <strong class="number">{showTemperature(milliC)}</strong>{' '}
      {atMs === null ? null : (
        <span class="soft small">
          <Moment atMs={atMs} />
        </span>
      )}
    </>
  );
}

function Outside({ probe: { outsideMs } }: { probe: ProbeStatistics }) {
  if (outsideMs === 0) return <Chip tone="ok" words={t('figures.never')} />;
  return <Chip tone="bad" words={showDuration(outsideMs)} />;
}

function Holes({ probe: { gaps, longestGapMs } }: { probe: ProbeStatistics }) {
  if (gaps === 0) return <span class="soft">{t('value.none')}</span>;
  return <>{tCount('figures.gaps', gaps, { longest: showDuration(longestGapMs) })}</>;
}

const temperature = (milliC: number | null) => (milliC === null ? '–' : showTemperature(milliC, 2));

function Budget({ line }: { line: BudgetLine }) {
  const { usedMs, allowanceMs } = line;
  const share = Math.min(1, usedMs / Math.max(1, allowanceMs));
  return (
    <>
      <span class="number">
        {t('budget.used', { used: showDuration(usedMs), allowance: showDuration(allowanceMs) })}
        {` (${showShare(share * 1e6)})`}
      </span>
      <svg
        class={share >= 1 ? 'budget spent' : 'budget'}
        viewBox="0 0 100 8"
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <rect class="all" width="100" height="8" rx="2" />
        <rect class="used" width={share * 100} height="8" rx="2" />
      </svg>
      {share >= 1 ? <Chip tone="bad" words={t('budget.spent')} /> : null}
    </>
  );
}

export function FiguresCard({ shipment }: { shipment: ShipmentDetail }) {
  const budgets = budgetsOf(shipment);
  return (
    <section class="card stack" aria-labelledby="figures-title">
      <h2 id="figures-title">{t('figures.title')}</h2>
      {shipment.statistics.length === 0 ? (
        <p class="soft">{t(shipment.state === 'unmanaged' ? 'figures.unmanaged' : 'figures.none')}</p>
      ) : (
        <Table
          caption={t('figures.title')}
          rows={shipment.statistics}
          keyOf={({ sensorId }) => sensorId}
          columns={[
            { name: t('alert.probe'), cell: ({ sensorId }) => <strong class="keep">{sensorId}</strong> },
            {
              name: t('figures.least'),
              cell: ({ minMilliC, minAtMs }) => <Extreme milliC={minMilliC} atMs={minAtMs} />,
            },
            {
              name: t('figures.greatest'),
              cell: ({ maxMilliC, maxAtMs }) => <Extreme milliC={maxMilliC} atMs={maxAtMs} />,
            },
            { name: t('figures.mean'), cell: ({ meanMilliC }) => temperature(meanMilliC), isNumber: true },
            {
              name: t('figures.deviation'),
              cell: ({ standardDeviationMilliC: milli }) =>
                milli === null ? '–' : (milli / 1000).toFixed(2),
              isNumber: true,
            },
            { name: t('figures.mkt'), cell: ({ mktMilliC }) => temperature(mktMilliC), isNumber: true },
            { name: t('figures.outside'), cell: (probe) => <Outside probe={probe} /> },
            { name: t('figures.holes'), cell: (probe) => <Holes probe={probe} /> },
            {
              name: t('figures.readings'),
              cell: ({ count, bad }) =>
                bad === 0
                  ? showCount(count)
                  : t('figures.of-them-bad', { count: showCount(count), bad: showCount(bad) }),
              isNumber: true,
            },
          ]}
        />
      )}
      {budgets.length === 0 ? null : (
        <>
          <h3>{t('budget.title')}</h3>
          <Table
            caption={t('budget.title')}
            rows={budgets}
            keyOf={({ product, band }) => `${product} ${band}`}
            columns={[
              { name: t('budget.product'), cell: ({ product }) => product },
              {
                name: t('budget.band'),
                cell: ({ fromMilliC, toMilliC }) => (
                  <span class="number">{showLimits(fromMilliC, toMilliC)}</span>
                ),
              },
              { name: t('budget.state'), cell: (line) => <Budget line={line} /> },
            ]}
          />
        </>
      )}
    </section>
  );
}
