// From a signed record to the metrics that it changes. Nothing is told that no record says.

import { type EvidenceRecord, qualityCodes, recordKinds } from '../../ledger-sync/evidence/record.js';
import {
  type Cell,
  type Change,
  type EdgeMetrics,
  type MetricQuality,
  type MetricValue,
  metricQualities,
  type Quantity,
} from './edge-metrics.js';
import { isTopicName } from './edge-topics.js';

const quantityKinds = new Map<number, Quantity>([
  [recordKinds.temperature, 'temperature'],
  [recordKinds.humidity, 'humidity'],
  [recordKinds.door, 'door'],
  [recordKinds.excursion, 'excursion'],
]);

/** With these a record's value is no number of the probe: a host must not show it as 0 degC. */
const withoutNumber: readonly number[] = [
  qualityCodes['probe-open'],
  qualityCodes['probe-short'],
  qualityCodes['probe-fault'],
];

interface Detail {
  readonly event?: unknown;
  readonly excursionId?: unknown;
  readonly severity?: unknown;
  readonly condition?: unknown;
}

/** Of a record in the log to the quality of its metrics. What a later version calls a quality is bad here. */
function qualityOf(quality: number): MetricQuality {
  if (quality === qualityCodes.good) return metricQualities.good;
  return quality === qualityCodes.stale ? metricQualities.stale : metricQualities.bad;
}

/** Values of a reading, by the names of its metrics. */
function readingValues(
  { value, quality }: EvidenceRecord,
  quantity: Quantity,
): Record<string, MetricValue | null> {
  const number = withoutNumber.includes(quality) ? null : value;
  const inUnits = number === null ? null : number / 1_000;
  switch (quantity) {
    case 'temperature':
      return { temperature: inUnits, temperatureMilliC: number };
    case 'humidity':
      return { humidity: inUnits, humidityMilliPercent: number };
    default:
      return { door: number === null ? null : number !== 0 };
  }
}

/** The change that a record is; undefined where it concerns no sensor, or one whose name was erased. */
export function changeOf(
  metrics: EdgeMetrics,
  record: EvidenceRecord,
  name: string | undefined,
  detailText: string | undefined,
  isHistorical: boolean,
): Change | undefined {
  const quantity = quantityKinds.get(record.kind);
  if (quantity === undefined || name === undefined || !isTopicName(name)) return undefined;
  // The gateway's own document.
  const detail = quantity === 'excursion' ? (JSON.parse(detailText ?? '{}') as Detail) : {};
  if (quantity === 'excursion' && typeof detail.event !== 'string') return undefined;
  const { device, cells } = metrics.group(name, quantity);
  const values: Record<string, MetricValue | null> =
    quantity === 'excursion'
      ? { 'excursion/sequence': record.sequence, ...excursionValues(record, detail) }
      : { ...readingValues(record, quantity), [`${quantity}Sequence`]: record.sequence };
  if (quantity === 'excursion' && !isHistorical) {
    const id = String(detail.excursionId);
    device.openExcursions ??= new Set();
    if (detail.event === 'closed' || detail.event === 'withdrawn') device.openExcursions.delete(id);
    else if (detail.event === 'opened') device.openExcursions.add(id);
    values['excursion/active'] = device.openExcursions.size > 0;
  }
  const set = Object.entries(values).flatMap(([key, value]): [Cell, MetricValue | null][] => {
    const cell = cells.get(key);
    return cell ? [[cell, value]] : [];
  });
  const quality = quantity === 'excursion' ? metricQualities.good : qualityOf(record.quality);
  return { device, atMs: record.observedAtMs, quality, values: set };
}

function excursionValues(record: EvidenceRecord, detail: Detail): Record<string, MetricValue> {
  return {
    'excursion/event': String(detail.event),
    'excursion/id': String(detail.excursionId ?? ''),
    'excursion/severity': String(detail.severity ?? ''),
    'excursion/extremeMilliC': record.value,
  };
}

/** Whether a record says that a sensor is out of reach, or is reached again; undefined: neither. */
export function reachOf(record: EvidenceRecord, detailText: string | undefined): boolean | undefined {
  if (record.kind !== recordKinds.deviceCondition) return undefined;
  const { condition } = JSON.parse(detailText ?? '{}') as Detail;
  if (condition === 'probe-unreachable') return false;
  return condition === 'probe-reachable' ? true : undefined;
}
