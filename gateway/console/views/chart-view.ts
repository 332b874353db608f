// A chart: series out of the index or the log, and what else happened meanwhile, each word proven against its record.

import type * as z from 'zod';
import type { Config } from '../../../config/schema.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { inventoryType } from '../../inventory/inventory-document.js';
import type { JournalReader } from '../../journal/journal-reader.js';
import { shifted, timeShiftAt } from '../../journal/time-shift.js';
import type { StateView } from '../../requests/request.js';
import { placedAlerts } from '../../reviews/placed-alert.js';
import type { DetailDocument } from '../../sealing/draft-record.js';
import { readShipment, type Shipment } from '../../shipments/shipment.js';
import type { Chart, ChartSeries, chartQuery } from '../api/chart.js';
import { ConsoleError, unknown } from '../console-error.js';
import type { Bucket } from '../index/bucket.js';
import type { ConsoleIndex } from '../index/console-index.js';
import type { IndexedSensor } from '../index/index-reader.js';
import type { Span } from '../index/span.js';
import { alertSummary, ruleOf } from './alert-view.js';
import type { ProvenWords } from './proven-words.js';
import { limitsOf, type TermsView } from './terms-in-force.js';

/** Where nobody has said how long a hole may be. */
const DEFAULT_GAP_MS = 600_000;
const MAX_SENSORS = 64;
const MAX_MARKS = 200;
const DAY_MS = 86_400_000;

export interface ChartParts {
  readonly config: Config;
  readonly journal: JournalReader;
  readonly state: StateView;
  readonly index: ConsoleIndex;
  readonly terms: TermsView;
  readonly words: ProvenWords;
  readonly now: () => number;
}

interface Wanted {
  readonly names: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly widthPx: number;
  readonly shipment: string | undefined;
  readonly limitsFrom: Shipment | undefined;
}

const enteredMs = (shipment: Shipment, state: Shipment['state']) =>
  shipment.history.find((step) => step.state === state)?.atMs;

/** From its arming to its delivery; null before it was armed. */
export function timeOfShipment(
  shipment: Shipment,
  journal: JournalReader,
  nowMs: number,
): { readonly fromMs: number; readonly toMs: number } | null {
  const armedMs = enteredMs(shipment, 'armed');
  if (armedMs === undefined) return null;
  const { first_sequence: first, last_sequence: last } = journal.shipment(shipment.id) ?? {};
  const fromMs = shifted(armedMs, timeShiftAt(journal, first));
  const deliveredMs = enteredMs(shipment, 'delivered');
  const toMs = deliveredMs === undefined ? nowMs : shifted(deliveredMs, timeShiftAt(journal, last));
  return { fromMs, toMs: Math.max(fromMs, toMs) };
}

function wantedBy({ state, journal, index, now }: ChartParts, query: z.output<typeof chartQuery>): Wanted {
  const nowMs = now();
  const { sensors, shipment: id, widthPx } = query;
  const shipment = id === undefined ? undefined : readShipment(state, id);
  const row = id === undefined || shipment ? undefined : journal.shipment(id);
  if (id !== undefined && !shipment && !row) throw unknown(`shipment ${id}`, 'SHIPMENT_UNKNOWN');
  const time = shipment
    ? timeOfShipment(shipment, journal, nowMs)
    : row && index.timeOfRecords(row.first_sequence, row.last_sequence);
  const all = shipment?.probes ?? index.sensorNames();
  const names = sensors === undefined ? all : sensors.split(',').filter((name) => name !== '');
  const toMs = query.toMs ?? time?.toMs ?? nowMs;
  const fromMs = query.fromMs ?? time?.fromMs ?? toMs - DAY_MS;
  if (fromMs >= toMs)
    throw new ConsoleError(400, 'REQUEST_INVALID', 'fromMs: not before toMs', 'give fromMs before toMs');
  if (names.length > MAX_SENSORS)
    throw new ConsoleError(400, 'REQUEST_INVALID', `sensors: more than ${MAX_SENSORS}`, 'name fewer of them');
  return { names, fromMs, toMs, widthPx, shipment: id, limitsFrom: shipment };
}

function summaryOf(total: Span | undefined): ChartSeries['summary'] {
  if (!total || total.min === null || total.max === null) return null;
  const { min, minMs, max, maxMs, sum, numbers } = total;
  return {
    minMilli: min,
    minAtMs: minMs,
    maxMilli: max,
    maxAtMs: maxMs,
    meanMilli: Math.round(sum / numbers),
    count: numbers,
  };
}

function columnsOf(buckets: readonly Bucket[]) {
  return {
    startMs: buckets.map(({ startMs }) => startMs),
    minMilli: buckets.map(({ min }) => min),
    maxMilli: buckets.map(({ max }) => max),
    firstMilli: buckets.map(({ first }) => first),
    lastMilli: buckets.map(({ last }) => last),
    good: buckets.map(({ good }) => good),
    bad: buckets.map(({ bad }) => bad),
    worstQuality: buckets.map(({ worst }) => worst),
  };
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : null);
const byOf = (detail: DetailDocument | undefined) => {
  const by = detail?.by;
  return typeof by === 'object' && by !== null && 'name' in by ? textOf(by.name) : null;
};
const isStep = (detail: DetailDocument | undefined) => detail !== undefined && detail.type !== inventoryType;
const ofTheLine: readonly number[] = [
  recordKinds.clockEvent,
  recordKinds.dataLoss,
  recordKinds.configurationChange,
  recordKinds.shipmentEvent,
];

export class ChartView {
  readonly #parts: ChartParts;

  constructor(parts: ChartParts) {
    this.#parts = parts;
  }

  /** @throws ConsoleError SHIPMENT_UNKNOWN, REQUEST_INVALID; JournalError JOURNAL_DAMAGED; AlertError */
  read(query: z.output<typeof chartQuery>): Chart {
    const { index } = this.#parts;
    const wanted = wantedBy(this.#parts, query);
    const { fromMs, toMs, widthPx, names } = wanted;
    const named = index.sensors().filter(({ name }) => names.includes(name));
    const sensors = named.map(({ sensor }) => sensor);
    const { bucketMs, isExact, buckets } = index.series.read(sensors, wanted, widthPx);
    const totals = index.series.total(sensors, wanted);
    const lines = index.reader.events({ fromMs, toMs, kinds: ofTheLine, limit: MAX_MARKS });
    const told = lines.map((event) => ({ event, words: this.#parts.words.of(event.sequence) }));
    return {
      ...{ fromMs, toMs, bucketMs, isExact, indexedRecords: index.size },
      series: named.map(({ sensor, name }) => ({
        sensorId: name,
        quantity: sensor.kind === recordKinds.humidity ? 'humidity' : 'temperature',
        ...columnsOf(buckets.get(sensor.id) ?? []),
        ...this.#gaps(name, sensor, wanted),
        summary: summaryOf(totals.get(sensor.id)),
      })),
      limits: this.#limits(wanted),
      excursions: this.#excursions(wanted),
      doors: this.#doors(wanted),
      custody: told
        .filter(({ event, words }) => event.kind === recordKinds.shipmentEvent && isStep(words?.detail))
        .map(({ event, words }) => ({
          atMs: event.at_ms,
          shipment: words?.name ?? '',
          event: textOf(words?.detail?.event) ?? '',
          by: byOf(words?.detail),
        }))
        .filter(({ shipment }) => wanted.shipment === undefined || shipment === wanted.shipment)
        .reverse(),
      positions: index.reader
        .positions(fromMs, toMs, bucketMs)
        .flatMap(({ sequence }) => index.position(sequence) ?? []),
      marks: told
        .filter(({ event }) => event.kind !== recordKinds.shipmentEvent)
        .map(({ event, words }) => ({
          atMs: event.at_ms,
          kind: words?.kind ?? `kind-${event.kind}`,
          type: textOf(words?.detail?.type),
          sequence: event.sequence,
        }))
        .reverse(),
    };
  }

  #gaps(name: string, sensor: IndexedSensor, { fromMs, toMs }: Wanted) {
    const { index, terms, now } = this.#parts;
    const gapMs = terms.now().bySensor.get(name)?.profile.maxGapMs ?? DEFAULT_GAP_MS;
    const gaps: { fromMs: number; toMs: number | null }[] = index.reader
      .holes(sensor.id, fromMs, toMs, gapMs)
      .map(({ from_ms, to_ms }) => ({ fromMs: from_ms, toMs: to_ms }));
    const silentMs = Math.min(now(), toMs) - sensor.at_ms;
    if (silentMs > gapMs && sensor.at_ms <= toMs) gaps.push({ fromMs: sensor.at_ms, toMs: null });
    return { gaps, gapMs };
  }

  #limits({ names, limitsFrom }: Wanted) {
    const { bySensor } = this.#parts.terms.now();
    return names.flatMap((name) => {
      const profile = limitsFrom?.profile ?? bySensor.get(name)?.profile;
      return profile ? limitsOf(name, profile) : [];
    });
  }

  #excursions({ names, fromMs, toMs }: Wanted): Chart['excursions'] {
    return placedAlerts(this.#parts.state, this.#parts.journal)
      .filter(({ source, sensorId }) => source === 'excursion' && names.includes(sensorId))
      .map((alert) => ({ alert, ...alertSummary(alert) }))
      .filter((one) => one.fromMs <= toMs && (one.toMs ?? toMs) >= fromMs)
      .map(({ alert, ...one }) => ({
        ...{ alertId: one.id, sensorId: one.sensorId, rule: ruleOf(alert), severity: one.severity },
        side: alert.matter.side === 'high' || alert.matter.side === 'low' ? alert.matter.side : null,
        ...{ fromMs: one.fromMs, toMs: one.toMs, extremeMilliC: one.extremeMilliC },
      }));
  }

  #doors({ fromMs, toMs }: Wanted): Chart['doors'] {
    const { index, terms, config, journal } = this.#parts;
    const doors: Chart['doors'] = [];
    const open = new Map<string, number>();
    for (const { subject, at_ms, is_open } of index.reader.doors(fromMs, toMs)) {
      const sensorId = journal.log.nameOf(subject);
      if (sensorId === undefined) continue;
      const sinceMs = open.get(sensorId);
      if (is_open === 1) open.set(sensorId, sinceMs ?? at_ms);
      else if (sinceMs !== undefined) {
        open.delete(sensorId);
        if (at_ms >= fromMs)
          doors.push({ sensorId, means: terms.meaningOf(config, sensorId), fromMs: sinceMs, toMs: at_ms });
      }
    }
    for (const [sensorId, sinceMs] of open)
      doors.push({ sensorId, means: terms.meaningOf(config, sensorId), fromMs: sinceMs, toMs: null });
    return doors;
  }
}
