// The live monitor: what one device says just now, record by record, and what its wire counts. For the technician at the
// truck who has moved a plug.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { DeviceEvents } from '../../../api/devices.js';
import { ApiError, troubleOf } from '../../net/api-error.js';
import { followEvents, type LineState } from '../../net/event-stream.js';
import { logWord } from '../../parts/alert-parts.js';
import { Chip } from '../../parts/chip.js';
import { Icon } from '../../parts/icon.js';
import { Moment } from '../../parts/moment.js';
import { Trouble } from '../../parts/notice.js';
import { PageTitle } from '../../parts/page-title.js';
import { Table } from '../../parts/table.js';
import type { PageProps } from '../../shell/pages.js';
import { pathOf } from '../../shell/router.js';
import { t } from '../../words/language.js';
import { CountersList } from './counters-list.js';
import { DeviceState } from './devices-page.js';
import { heardValue, MAX_HEARD, withHeard } from './heard-records.js';

type Heard = DeviceEvents['record'];

export function DevicePage({ id }: PageProps) {
  const [records, setRecords] = useState<readonly Heard[]>([]);
  const [counters, setCounters] = useState<DeviceEvents['counters']>();
  const [line, setLine] = useState<LineState>({ kind: 'connecting' });
  const [isPaused, setPaused] = useState(false);
  const paused = useRef(false);
  paused.current = isPaused;
  useEffect(
    () =>
      followEvents(`/api/devices/${encodeURIComponent(id)}/monitor`, {
        onState: setLine,
        onEvent: ({ name, data }) => {
          let event: unknown;
          try {
            event = JSON.parse(data);
          } catch {
            return;
          }
          if (name === 'counters') setCounters(event as DeviceEvents['counters']);
          else if (name === 'record' && !paused.current) {
            setRecords((before) => withHeard(before, event as Heard));
          }
        },
      }),
    [id],
  );
  return (
    <>
      <a class="back" href={pathOf('devices')}>
        <Icon name="left" />
        {t('nav.devices')}
      </a>
      <header>
        <div class="row">
          <PageTitle words={id} />
          {counters ? <DeviceState state={counters.state} /> : null}
        </div>
        <button type="button" class="button" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
          {t(isPaused ? 'monitor.resume' : 'monitor.pause')}
        </button>
      </header>
      {line.kind === 'refused' ? <Trouble error={new ApiError(troubleOf(line.status))} /> : null}
      {line.kind === 'cut' ? <Chip tone="bad" icon="cut" words={t('line.cut')} /> : null}
      {counters?.counters ? (
        <section class="card" aria-label={t('monitor.counters')}>
          <CountersList counters={counters.counters} />
        </section>
      ) : null}
      <section class="card" aria-labelledby="heard-title">
        <header>
          <h2 id="heard-title">{t('monitor.title')}</h2>
          <span class="soft small">{t('monitor.newest', { count: MAX_HEARD })}</span>
        </header>
        {records.length === 0 ? (
          <p class="soft">{t('monitor.nothing')}</p>
        ) : (
          <Table
            caption={t('monitor.title')}
            rows={records}
            keyOf={({ sequence }) => String(sequence)}
            columns={[
              {
                name: t('audit.when'),
                cell: ({ observedAtMs }) => <Moment atMs={observedAtMs} detail="time" />,
              },
              { name: t('monitor.name'), cell: ({ name }) => name },
              { name: t('audit.what'), cell: ({ kind }) => <code>{kind}</code> },
              { name: t('monitor.value'), cell: (record) => heardValue(record), isNumber: true },
              { name: t('now.quality'), cell: ({ quality }) => logWord('quality', quality) },
              {
                name: t('audit.detail'),
                cell: ({ detail }) => (detail === null ? null : <code>{JSON.stringify(detail)}</code>),
              },
            ]}
          />
        )}
      </section>
    </>
  );
}
