// Page 5: devices as the wire and the log know them. Ports and what they count, probes and their calibration, what each
// device says of itself.

import { useEffect } from 'preact/hooks';
import type { Device, DeviceList } from '../../../api/devices.js';
import { get } from '../../net/api-client.js';
import { logWord } from '../../parts/alert-parts.js';
import { Chip } from '../../parts/chip.js';
import { Facts } from '../../parts/facts.js';
import { FindingNotice } from '../../parts/finding-notice.js';
import { Icon } from '../../parts/icon.js';
import { Ago, Moment } from '../../parts/moment.js';
import { Empty, Notice } from '../../parts/notice.js';
import { PageTitle } from '../../parts/page-title.js';
import { Shown, useResource } from '../../parts/resource.js';
import { pathOf } from '../../shell/router.js';
import { t } from '../../words/language.js';
import { showZone } from '../../words/shown.js';
import { CountersList } from './counters-list.js';
import { ProbesTable } from './probes-table.js';

/** Counters move all the time; a page that nobody touches need not. */
const LOOK_AGAIN_MS = 10_000;

/** The three ways in which a connection can end. */
const failed: ReadonlySet<string> = new Set(['absent', 'silent', 'faulted']);

export function DeviceState({ state }: Pick<Device, 'state'>) {
  if (state === null) return <Chip tone="unknown" words={t('device.state-unknown')} />;
  const tone = state === 'ready' ? 'ok' : failed.has(state) ? 'bad' : 'plain';
  return <Chip tone={tone} words={logWord('device-state', state)} />;
}

function DeviceCard({ device, nowMs }: { device: Device; nowMs: number }) {
  const { id, type, port, state, condition, finding, firmware, counters, probes } = device;
  return (
    <section class="card stack" aria-labelledby={`device-${id}`}>
      <header class="row spread">
        <h2 id={`device-${id}`} class="break">
          {id}
        </h2>
        <DeviceState state={state} />
      </header>
      {finding === null ? null : <FindingNotice finding={finding} />}
      <Facts
        facts={[
          [t('device.type'), type],
          port === null
            ? undefined
            : [
                t('device.port'),
                <span key="port" class="code">
                  {port}
                </span>,
              ],
          firmware === null ? undefined : [t('device.firmware'), firmware],
          condition === null
            ? undefined
            : [
                t('device.condition'),
                <span key="condition">
                  {condition.condition}: {condition.reason}{' '}
                  <span class="soft small">
                    <Ago atMs={condition.atMs} nowMs={nowMs} />
                  </span>
                </span>,
              ],
        ]}
      />
      {counters === null ? null : <CountersList counters={counters} />}
      {probes.length === 0 ? null : <ProbesTable probes={probes} nowMs={nowMs} />}
      <a class="button" href={pathOf('devices', id)}>
        <Icon name="live" />
        {t('device.watch')}
        <span class="unseen">{id}</span>
      </a>
    </section>
  );
}

export function DevicesPage() {
  const list = useResource('devices', (signal) => get<DeviceList>('/api/devices', {}, signal));
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') list.reload();
    }, LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [list.reload]);
  return (
    <>
      <header>
        <PageTitle words={t('nav.devices')} />
        <p class="soft small">{t('time.zone', { zone: showZone(Date.now()) })}</p>
      </header>
      <Shown of={list} tall>
        {({ atMs, countedAtMs, startedAtMs, devices }) =>
          devices.length === 0 ? (
            <Empty icon="device" title={t('devices.empty.title')}>
              <p class="soft">{t('devices.empty.body')}</p>
            </Empty>
          ) : (
            <>
              {countedAtMs === null ? (
                <Notice tone="warn" title={t('devices.not-counted.title')}>
                  <p>{t('devices.not-counted.body')}</p>
                </Notice>
              ) : (
                <p class="soft small">
                  {t('devices.counted')} <Ago atMs={countedAtMs} nowMs={atMs} />
                  {startedAtMs === null ? null : (
                    <>
                      {', '}
                      {t('devices.since')} <Moment atMs={startedAtMs} />
                    </>
                  )}
                </p>
              )}
              {devices.map((device) => (
                <DeviceCard key={device.id} device={device} nowMs={atMs} />
              ))}
            </>
          )
        }
      </Shown>
    </>
  );
}
