// One probe now: value, state, trend, age, quality, limits. When nobody can say how it is, its last value is shown as
// past, struck and grey, never as if it were fresh.

import { isHeard, nowMs } from '../../net/live.js';
import { type SeenProbe, shownState } from '../../net/live-picture.js';
import { Icon } from '../../parts/icon.js';
import { Ago } from '../../parts/moment.js';
import { StateChip } from '../../parts/state-chip.js';
import { pathOf } from '../../shell/router.js';
import { isMessage, t } from '../../words/language.js';
import { showLimits, showReading, showTemperatureChange } from '../../words/shown.js';
import { SparkLine } from './spark-line.js';
import { trendOf } from './standing.js';

function valueText({ quantity, valueMilli }: SeenProbe): string {
  return valueMilli === null ? '–' : showReading(valueMilli, quantity);
}

function Trend({ probe }: { probe: SeenProbe }) {
  const { trendMilliPerHour, quantity } = probe;
  if (trendMilliPerHour === null || quantity !== 'temperature') return null;
  const trend = trendOf(trendMilliPerHour);
  return (
    <span class="row trend">
      <Icon name={trend} />
      <span>
        {t(`trend.${trend}`)}{' '}
        <span class="number soft">
          {t('trend.per-hour', { change: showTemperatureChange(trendMilliPerHour) })}
        </span>
      </span>
    </span>
  );
}

/** Why a state is not OK, in a sentence; what was said before the line was cut is no reason any more. */
function reasonText({ quality, stateReason }: SeenProbe, isCut: boolean): string {
  if (isCut) return t('reason.cut');
  const key = `quality.${quality ?? ''}`;
  if (stateReason === 'fault' && isMessage(key)) return t(key);
  return t(`reason.${stateReason}`);
}

export function ProbeCard({ probe }: { probe: SeenProbe }) {
  const { sensorId, quantity, freshAtMs, lowMilliC, highMilliC, shipment } = probe;
  const state = shownState(probe, nowMs.value, isHeard.value);
  const isCut = !isHeard.value;
  const isPast = isCut || state === 'unknown';
  return (
    <li class={`card probe ${state}${isPast ? ' past' : ''}`}>
      <header>
        <h3 class="break">{sensorId}</h3>
        <StateChip state={state} />
      </header>
      <p class="value number">
        {isPast && probe.valueMilli !== null ? <span class="unseen">{t('now.last-known')}</span> : null}
        {valueText(probe)}
      </p>
      <SparkLine probe={probe} />
      {state === 'ok' ? <Trend probe={probe} /> : <p class="why">{reasonText(probe, isCut)}</p>}
      <dl class="facts small">
        <dt>{t('now.age')}</dt>
        <dd>{freshAtMs === null ? t('now.never') : <Ago atMs={freshAtMs} nowMs={nowMs.value} />}</dd>
        {quantity === 'temperature' ? (
          <>
            <dt>{t('now.limits')}</dt>
            <dd class="number">{showLimits(lowMilliC, highMilliC)}</dd>
          </>
        ) : null}
        {probe.quality === null || probe.quality === 'good' || probe.stateReason === 'fault' ? null : (
          <>
            <dt>{t('now.quality')}</dt>
            <dd>
              {isMessage(`quality.${probe.quality}`) ? t(`quality.${probe.quality}` as never) : probe.quality}
            </dd>
          </>
        )}
        {shipment === null ? null : (
          <>
            <dt>{t('now.shipment')}</dt>
            <dd>
              <a href={pathOf('shipments', shipment)}>{shipment}</a>
            </dd>
          </>
        )}
      </dl>
    </li>
  );
}
