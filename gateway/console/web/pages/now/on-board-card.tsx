// What travels with the gateway: shipments with their tags, doors, and where it is. The position is a link for the maps
// program of a phone; the console itself loads no map, since a truck may have no internet.

import { nowMs } from '../../net/live.js';
import type { Picture } from '../../net/live-picture.js';
import { Chip } from '../../parts/chip.js';
import { Icon } from '../../parts/icon.js';
import { Ago, Moment } from '../../parts/moment.js';
import { pathOf } from '../../shell/router.js';
import { isMessage, t, tCount } from '../../words/language.js';
import { showPosition } from '../../words/shown.js';

export function ShipmentsCard({ picture }: { picture: Picture }) {
  const { shipments, tags } = picture;
  return (
    <section class="card stack" aria-labelledby="shipments-title">
      <h2 id="shipments-title">{t('on-board.title')}</h2>
      {shipments.length === 0 ? <p class="soft">{t('on-board.none')}</p> : null}
      {shipments.map(({ id, state }) => (
        <div key={id} class="row spread">
          <a href={pathOf('shipments', id)}>{id}</a>
          <span class="row small">
            <Chip
              tone="plain"
              icon="shipment"
              words={isMessage(`shipment-state.${state}`) ? t(`shipment-state.${state}` as never) : state}
            />
            {tCount('on-board.tags', tags.filter((tag) => tag.shipment === id).length)}
          </span>
        </div>
      ))}
      {tags.length === 0 ? null : (
        <details>
          <summary>{tCount('on-board.all-tags', tags.length)}</summary>
          <ul class="stack small">
            {tags.map(({ epcHex, uri, readerId, lastSeenAtMs, bestRssiDbm, shipment }) => (
              <li key={`${epcHex} ${readerId}`}>
                <code>{uri ?? epcHex}</code>
                <p class="soft">
                  {t('on-board.tag-seen', { reader: readerId })}{' '}
                  <Ago atMs={lastSeenAtMs} nowMs={nowMs.value} />
                  {bestRssiDbm === null ? null : `, ${bestRssiDbm}\u00a0dBm`}
                  {shipment === null ? null : `, ${shipment}`}
                </p>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

export function SurroundingsCard({ picture }: { picture: Picture }) {
  const { doors, positions } = picture;
  if (doors.length === 0 && positions.length === 0) return null;
  return (
    <section class="card stack" aria-labelledby="around-title">
      <h2 id="around-title">{t('around.title')}</h2>
      {doors.map(({ sensorId, isOpen, sinceMs, means }) => (
        <div key={sensorId} class="row spread">
          <span class="break">{sensorId}</span>
          <span class="row small">
            <Chip
              tone={isOpen ? 'warn' : 'plain'}
              icon="door"
              words={t(`around.${means}-${isOpen ? 'open' : 'closed'}`)}
            />
            <Moment atMs={sinceMs} />
          </span>
        </div>
      ))}
      {positions.map(({ sensorId, atMs, latitudeDegE7, longitudeDegE7 }) => (
        <p key={sensorId} class="row">
          <Icon name="place" />
          <a href={`geo:${latitudeDegE7 / 1e7},${longitudeDegE7 / 1e7}`}>
            {showPosition(latitudeDegE7, longitudeDegE7)}
          </a>
          <span class="soft small">
            <Ago atMs={atMs} nowMs={nowMs.value} />
          </span>
        </p>
      ))}
    </section>
  );
}
