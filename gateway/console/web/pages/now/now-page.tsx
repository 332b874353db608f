// Page 1: every probe as it stands now, and what surrounds it, live. When the line is cut the page says since when, and
// greys what it last knew.

import { ApiError, troubleOf } from '../../net/api-error.js';
import { cutSinceMs, isHeard, line, nowMs, picture } from '../../net/live.js';
import type { Picture } from '../../net/live-picture.js';
import { Icon } from '../../parts/icon.js';
import { Moment } from '../../parts/moment.js';
import { Empty, Loading, Notice, Trouble } from '../../parts/notice.js';
import { PageTitle } from '../../parts/page-title.js';
import { pathOf } from '../../shell/router.js';
import { t, tCount } from '../../words/language.js';
import { showZone } from '../../words/shown.js';
import { GatewayCard } from './gateway-card.js';
import './now.css';
import { ShipmentsCard, SurroundingsCard } from './on-board-card.js';
import { ProbeCard } from './probe-card.js';
import { standingOf } from './standing.js';

/** One sentence for whoever has one second. Read out when it changes, not when a value does. */
function Headline({ picture: known }: { picture: Picture }) {
  const { outside, unknown, ok, worst } = standingOf(known, nowMs.value, isHeard.value);
  const sentence =
    worst === 'excursion'
      ? tCount('now.outside', outside.length)
      : worst === 'unknown'
        ? tCount('now.unknown', unknown.length)
        : worst === 'ok'
          ? tCount('now.ok', ok.length)
          : t('now.none-judged');
  const open = known.gateway.alerts.open;
  return (
    <div class={`headline ${worst}`}>
      <Icon name={worst === 'none' ? 'info' : worst} />
      <div>
        <p class="sentence" role="status">
          {sentence}
        </p>
        {worst === 'excursion' && unknown.length > 0 ? <p>{tCount('now.unknown', unknown.length)}</p> : null}
        {open === 0 ? null : (
          <p>
            <a href={pathOf('alerts')}>{tCount('now.open-alerts', open)}</a>
          </p>
        )}
      </div>
    </div>
  );
}

function CutNotice() {
  const since = cutSinceMs.value;
  if (isHeard.value || since === undefined) return null;
  return (
    <Notice tone="bad" title={t('now.cut.title')} isUrgent>
      <p>
        {t('now.cut.body')} <Moment atMs={since} detail="time" />
      </p>
    </Notice>
  );
}

export function NowPage() {
  const known = picture.value;
  const { value: state } = line;
  return (
    <>
      <header>
        <PageTitle words={t('nav.now')} />
        <p class="soft small">{t('time.zone', { zone: showZone(nowMs.value) })}</p>
      </header>
      <CutNotice />
      {state.kind === 'refused' && !known ? <Trouble error={new ApiError(troubleOf(state.status))} /> : null}
      {known ? <KnownNow picture={known} /> : state.kind === 'refused' ? null : <Loading tall />}
    </>
  );
}

function KnownNow({ picture: known }: { picture: Picture }) {
  return (
    <>
      {known.probes.length === 0 ? (
        <Empty icon="now" title={t('now.empty.title')}>
          <p class="soft">{t('now.empty.body')}</p>
        </Empty>
      ) : (
        <>
          <Headline picture={known} />
          <section aria-labelledby="probes-title">
            <h2 id="probes-title" class="unseen">
              {t('now.probes')}
            </h2>
            <ul class="grid">
              {known.probes.map((probe) => (
                <ProbeCard key={`${probe.sensorId} ${probe.quantity}`} probe={probe} />
              ))}
            </ul>
          </section>
        </>
      )}
      <div class={isHeard.value ? 'beside' : 'beside past'}>
        <div class="stack">
          <ShipmentsCard picture={known} />
          <SurroundingsCard picture={known} />
        </div>
        <GatewayCard gateway={known.gateway} />
      </div>
    </>
  );
}
