// Everything as it stands now, put together from the index, the rows beside the log and the configuration.

import type { Config } from '../../../config/schema.js';
import { decodeEpc } from '../../../firmware-bridge/epc/epc.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { machineTime } from '../../clock/machine-time.js';
import { type Health, readHealth } from '../../health/read-health.js';
import type { JournalReader } from '../../journal/journal-reader.js';
import type { StateView } from '../../requests/request.js';
import { type Alert, readAlerts } from '../../reviews/alert.js';
import { ShipmentLookup } from '../../shipments/active-shipments.js';
import type { DoorNow, Now, ProbeNow, TagNow } from '../api/now.js';
import type { ConsoleIndex } from '../index/console-index.js';
import type { FollowerTrouble } from '../index/log-follower.js';
import { type RecentReadings, sensorKey } from '../live/recent-readings.js';
import { configuredDevices } from './configured-devices.js';
import { gatewayNow } from './gateway-now.js';
import { probeNow } from './probe-now.js';
import type { ProvenWords } from './proven-words.js';
import type { TermsInForce, TermsView } from './terms-in-force.js';

const DAY_MS = 86_400_000;
const MAX_TAGS = 200;

export interface NowParts {
  readonly config: Config;
  readonly journal: JournalReader;
  readonly state: StateView;
  readonly index: ConsoleIndex;
  readonly terms: TermsView;
  readonly words: ProvenWords;
  readonly recent: RecentReadings;
  readonly trouble: () => FollowerTrouble | undefined;
  readonly now: () => number;
}

/** As GS1 writes it; null for what is no GS1 identity. */
export function tagUri(epcHex: string): string | null {
  const decoded = decodeEpc(epcHex);
  return decoded.ok ? (decoded.value.pureIdentity ?? decoded.value.elementString ?? null) : null;
}

/** Whether the judges say that the probe is outside of its limits; not knowing is another matter. */
const isOutside = ({ source, isOngoing, matter }: Alert) =>
  source === 'excursion' && isOngoing && matter.cause === undefined && matter.rule !== 'unknown';

export class NowView {
  readonly #parts: NowParts;
  readonly #deviceOf: ReadonlyMap<string, string>;
  readonly #configured: readonly { sensorId: string; quantity: 'temperature' | 'humidity' }[];
  #tags = new Map<number, TagNow>();

  constructor(parts: NowParts) {
    this.#parts = parts;
    const devices = configuredDevices(parts.config);
    const placed = devices.flatMap(({ id, sensors }) => sensors.map((sensor) => ({ id, ...sensor })));
    this.#deviceOf = new Map(placed.map(({ id, sensorId }) => [sensorId, id]));
    this.#configured = placed.flatMap(({ sensorId, quantity }) =>
      quantity === 'temperature' || quantity === 'humidity' ? [{ sensorId, quantity }] : [],
    );
  }

  /** @throws SQLite's errors */
  health(nowMs = this.#parts.now()): Health {
    const { config, journal, state } = this.#parts;
    return readHealth(config, journal, state, nowMs);
  }

  /** @throws AlertError, ShipmentError; JournalError JOURNAL_DAMAGED */
  read(): Now {
    const { config, journal, state, terms, trouble, now } = this.#parts;
    const atMs = now();
    const inForce = terms.now();
    const alerts = readAlerts(state);
    const lookup = new ShipmentLookup(inForce.active, config.shipment?.id);
    return {
      atMs,
      gateway: gatewayNow(config, journal, alerts, trouble(), this.health(atMs)),
      probes: this.#probes(inForce, alerts, lookup, atMs),
      tags: this.#tagsNow(lookup, atMs),
      doors: this.#doors(atMs),
      positions: this.#parts.index.reader
        .lastPositions(1)
        .flatMap(({ sequence }) => this.#parts.index.position(sequence) ?? []),
      shipments: inForce.active.map(({ id, state: stands, sensorIds, tags }) => ({
        ...{ id, state: stands, probes: [...sensorIds], tags: [...tags] },
      })),
    };
  }

  #probes(
    { bySensor }: TermsInForce,
    alerts: readonly Alert[],
    lookup: ShipmentLookup,
    nowMs: number,
  ): ProbeNow[] {
    const { config, index, recent, journal } = this.#parts;
    const outside = new Set(alerts.filter(isOutside).map(({ sensorId }) => sensorId));
    const isClockTrusted = machineTime(config, (key) => journal.judgeState(key)).trust > 0;
    const heard = index.sensors().map(({ sensor, name }) => ({
      sensorId: name,
      quantity: sensor.kind === recordKinds.humidity ? ('humidity' as const) : ('temperature' as const),
      key: sensorKey(sensor.kind, sensor.subject),
      newest: { atMs: sensor.at_ms, value: sensor.value, quality: sensor.quality },
    }));
    // A sensor that is no longer configured is shown for a day.
    const known = heard.filter(
      ({ sensorId, newest }) => this.#deviceOf.has(sensorId) || nowMs - newest.atMs < DAY_MS,
    );
    const names = new Set(known.map(({ sensorId, quantity }) => `${quantity} ${sensorId}`));
    const silent = this.#configured
      .filter(({ sensorId, quantity }) => !names.has(`${quantity} ${sensorId}`))
      .map((sensor) => ({ ...sensor, key: '', newest: undefined }));
    return [...known, ...silent].map(({ sensorId, quantity, key, newest }) => ({
      ...probeNow({
        ...{ sensorId, quantity, newest, terms: bySensor.get(sensorId), nowMs, isClockTrusted },
        isOutside: quantity === 'temperature' && outside.has(sensorId),
      }),
      trendMilliPerHour: recent.trend(key, nowMs),
      recent: recent.recent(key, nowMs).map(([atMs, value]): [number, number] => [atMs, value]),
      shipment: lookup.shipmentOf(sensorId) ?? null,
      deviceId: this.#deviceOf.get(sensorId) ?? null,
    }));
  }

  #tagsNow(lookup: ShipmentLookup, nowMs: number): TagNow[] {
    const { index, words } = this.#parts;
    const seen = new Map<number, TagNow>();
    for (const { sequence } of index.reader.tags(nowMs - DAY_MS, MAX_TAGS)) {
      const known = this.#tags.get(sequence);
      const found = known ? undefined : words.of(sequence);
      const epcHex = known?.epcHex ?? found?.name;
      if (epcHex === undefined) continue;
      const detail = found?.detail;
      const tag = known ?? {
        ...{ epcHex, uri: tagUri(epcHex), lastSeenAtMs: found?.record.observedAtMs ?? nowMs },
        readerId: typeof detail?.reader === 'string' ? detail.reader : '',
        bestRssiDbm: typeof detail?.bestRssiDbm === 'number' ? detail.bestRssiDbm : null,
      };
      seen.set(sequence, { ...tag, shipment: lookup.shipmentOf(epcHex) ?? null });
    }
    this.#tags = seen;
    return [...seen.values()];
  }

  #doors(nowMs: number): DoorNow[] {
    const { index, journal, terms, config } = this.#parts;
    return index.reader.doors(nowMs, nowMs).flatMap(({ subject, at_ms, is_open }) => {
      const sensorId = journal.log.nameOf(subject);
      if (sensorId === undefined) return [];
      return [{ sensorId, isOpen: is_open === 1, sinceMs: at_ms, means: terms.meaningOf(config, sensorId) }];
    });
  }
}
