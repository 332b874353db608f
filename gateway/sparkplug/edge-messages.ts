// The payloads of an edge node (chapter 6): births say everything that may come, with name, alias and type; data carry
// aliases; deaths carry next to nothing. Metrics stand in the order of their time, as the standard wants of what is current.

import {
  type Cell,
  type MetricQuality,
  type MetricValue,
  metricQualities,
  nodeMetricNames,
} from './edge-metrics.js';
import { dataTypes, encodePayload, fieldValue, type Metric, type Property } from './payload.js';

/** One value of one metric, as it is told. */
export interface ToldValue {
  readonly cell: Cell;
  readonly value: MetricValue | null;
  readonly atMs: number;
  readonly quality: MetricQuality;
  /** Said although it is good: it was not before. */
  readonly isQualityNew: boolean;
}

function qualityProperty(quality: MetricQuality): Property {
  return { key: 'Quality', type: dataTypes.int32, value: { field: 'int', value: quality } };
}

function toldValue(cell: Cell, value: MetricValue | null): Pick<Metric, 'isNull' | 'value'> {
  return value === null ? { isNull: true } : { value: fieldValue(cell.type, value) };
}

function byTime(metrics: Metric[]): Metric[] {
  return metrics.sort((one, other) => (one.timestampMs ?? 0) - (other.timestampMs ?? 0));
}

/** A birth: every metric with its name, type and current value. */
export function birthPayload(cells: Iterable<Cell>, seq: number, nowMs: number): Uint8Array {
  const metrics = [...cells].map(
    (cell): Metric => ({
      name: cell.name,
      ...(cell.alias === undefined ? {} : { alias: cell.alias }),
      timestampMs: cell.atMs,
      dataType: cell.type,
      ...(cell.quality === metricQualities.good ? {} : { properties: [qualityProperty(cell.quality)] }),
      ...toldValue(cell, cell.value),
    }),
  );
  return encodePayload({ timestampMs: nowMs, metrics: byTime(metrics), seq });
}

/** Data: by alias alone. */
export function dataPayload(
  told: readonly ToldValue[],
  isHistorical: boolean,
  seq: number,
  nowMs: number,
): Uint8Array {
  const metrics = told.map(({ cell, value, atMs, quality, isQualityNew }): Metric => {
    const isSaid = isQualityNew || quality !== metricQualities.good;
    return {
      ...(cell.alias === undefined ? { name: cell.name } : { alias: cell.alias }),
      timestampMs: atMs,
      ...(isHistorical ? { isHistorical } : {}),
      ...(isSaid ? { properties: [qualityProperty(quality)] } : {}),
      ...toldValue(cell, value),
    };
  });
  return encodePayload({ timestampMs: nowMs, metrics: byTime(metrics), seq });
}

/** The end of a device: nothing but when and in which order. */
export function deviceDeathPayload(seq: number, nowMs: number): Uint8Array {
  return encodePayload({ timestampMs: nowMs, metrics: [], seq });
}

/** The end of the node, made before its beginning: it says which beginning it belongs to, and has no seq. */
export function nodeDeathPayload(bdSeq: number): Uint8Array {
  const value = fieldValue(dataTypes.int64, bdSeq);
  return encodePayload({ metrics: [{ name: nodeMetricNames.bdSeq, dataType: dataTypes.int64, value }] });
}
