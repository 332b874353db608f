// What the host has been told in this session, so that only what has changed is told again. A reading with the value
// of the last one is no news: the sequence that was told still leads to a record with that value.

import type { ToldValue } from './edge-messages.js';
import {
  type Cell,
  type Change,
  type EdgeDevice,
  type EdgeMetrics,
  type MetricQuality,
  type MetricValue,
  metricQualities,
  nodeMetricNames,
} from './edge-metrics.js';

/** About 10 kB: small enough to pass where messages are bounded. */
const MAX_METRICS = 500;
/** The log grows with each commit; the host hears of it so often. */
const LOG_SIZE_INTERVAL_MS = 60_000;

interface Told {
  readonly value: MetricValue | null;
  readonly quality: MetricQuality;
}

export class ToldMetrics {
  readonly #metrics: EdgeMetrics;
  readonly #told = new Map<Cell, Told>();
  /** Devices that are born, with the number of metrics in their birth. */
  readonly #born = new Map<EdgeDevice, number>();
  #logSizeAtMs = 0;

  constructor(metrics: EdgeMetrics) {
    this.#metrics = metrics;
  }

  /** The births of the node and of these devices are told, with what stands in all metrics. */
  bear(devices: readonly EdgeDevice[], uptimeMs: number): void {
    this.#told.clear();
    this.#born.clear();
    this.#logSizeAtMs = uptimeMs;
    for (const device of devices) this.#born.set(device, device.cells.size);
    for (const cells of [this.#metrics.node, ...devices.map((device) => device.cells)]) {
      for (const cell of cells.values()) this.#told.set(cell, { value: cell.value, quality: cell.quality });
    }
  }

  /** Whether all that the device reports stands in its birth. */
  isBorn(device: EdgeDevice): boolean {
    return this.#born.get(device) === device.cells.size;
  }

  /** A device is within reach and has no birth, or one that lacks a metric. */
  get hasUnborn(): boolean {
    return [...this.#metrics.devices.values()].some((device) => !device.isLost && !this.isBorn(device));
  }

  /** Devices that were told and are lost: told no more. */
  takeLost(): EdgeDevice[] {
    const lost = [...this.#born.keys()].filter(({ isLost }) => isLost);
    for (const device of lost) this.#born.delete(device);
    return lost;
  }

  /** What has changed of the node. */
  nodeData(uptimeMs: number): ToldValue[][] {
    const isSizeDue = uptimeMs - this.#logSizeAtMs >= LOG_SIZE_INTERVAL_MS;
    const values = [...this.#metrics.node.values()]
      .filter(({ name }) => name !== nodeMetricNames.logSize || isSizeDue)
      .filter((cell) => this.#isNews(cell, cell.value, cell.quality))
      .map((cell) => this.#note(cell, cell.value, cell.atMs, cell.quality));
    if (isSizeDue) this.#logSizeAtMs = uptimeMs;
    return values.length === 0 ? [] : [values];
  }

  /** Messages of devices: of what is current the news, of history everything. */
  deviceData(
    changes: readonly Change[],
    isHistorical: boolean,
  ): { readonly device: EdgeDevice; readonly values: readonly ToldValue[] }[] {
    const perDevice = new Map<EdgeDevice, ToldValue[]>();
    for (const change of changes) {
      // Before its birth, and after its death, nothing is said of a device.
      if (!this.isBorn(change.device)) continue;
      const values = perDevice.get(change.device) ?? [];
      perDevice.set(change.device, values);
      values.push(...(isHistorical ? history(change) : this.#news(change)));
    }
    return [...perDevice].flatMap(([device, values]) =>
      parts(withoutRepeats(values)).map((part) => ({ device, values: part })),
    );
  }

  #news({ values, atMs, quality }: Change): ToldValue[] {
    const [first] = values;
    if (!first || !this.#isNews(first[0], first[1], quality)) return [];
    return values
      .filter(([cell, value]) => this.#isNews(cell, value, quality))
      .map(([cell, value]) => this.#note(cell, value, atMs, quality));
  }

  #isNews(cell: Cell, value: MetricValue | null, quality: MetricQuality): boolean {
    const told = this.#told.get(cell);
    return told === undefined || told.value !== value || told.quality !== quality;
  }

  #note(cell: Cell, value: MetricValue | null, atMs: number, quality: MetricQuality): ToldValue {
    const isQualityNew = (this.#told.get(cell)?.quality ?? metricQualities.good) !== quality;
    this.#told.set(cell, { value, quality });
    return { cell, value, atMs, quality, isQualityNew };
  }
}

function history({ values, atMs, quality }: Change): ToldValue[] {
  return values.map(([cell, value]) => ({ cell, value, atMs, quality, isQualityNew: false }));
}

/** Of a metric that was set twice at one moment the later value: a host tells values apart by their time. */
function withoutRepeats(values: readonly ToldValue[]): ToldValue[] {
  const latest = new Map<string, ToldValue>();
  for (const value of values) latest.set(`${value.cell.name}@${value.atMs}`, value);
  return [...latest.values()];
}

function parts(values: readonly ToldValue[]): ToldValue[][] {
  const count = Math.ceil(values.length / MAX_METRICS);
  return Array.from({ length: count }, (_unused, at) =>
    values.slice(at * MAX_METRICS, (at + 1) * MAX_METRICS),
  );
}
