// The last hour of each sensor, thinned out: for the trend beside a number and the small line behind it.

import { type EvidenceRecord, qualityCodes, recordKinds } from '../../../ledger-sync/evidence/record.js';
import type { ConsoleIndex } from '../index/console-index.js';

const HOUR_MS = 3_600_000;
const TREND_MS = 600_000;
/** Readings nearer to each other say the same. */
const SPACING_MS = 10_000;
const MAX_SHOWN = 60;

type Point = readonly [atMs: number, value: number];

export const sensorKey = (kind: number, subject: Uint8Array) =>
  `${kind} ${Buffer.from(subject).toString('hex')}`;

export class RecentReadings {
  readonly #points = new Map<string, Point[]>();

  /** Takes the hour before `nowMs` out of the index. */
  seed(index: ConsoleIndex, nowMs: number): void {
    const sensors = index.reader.sensors();
    const { buckets } = index.series.read(sensors, { fromMs: nowMs - HOUR_MS, toMs: nowMs }, MAX_SHOWN);
    for (const { id, kind, subject } of sensors) {
      const points = (buckets.get(id) ?? []).flatMap(({ last, lastMs, worst }): Point[] =>
        last === null || worst !== qualityCodes.good ? [] : [[lastMs, last]],
      );
      this.#points.set(sensorKey(kind, subject), points);
    }
  }

  take(records: readonly EvidenceRecord[]): void {
    for (const { kind, subject, observedAtMs, value, quality } of records) {
      if (kind !== recordKinds.temperature && kind !== recordKinds.humidity) continue;
      if (quality !== qualityCodes.good) continue;
      const key = sensorKey(kind, subject);
      const points = this.#points.get(key) ?? [];
      const lastMs = points.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY;
      // A clock that was set back begins anew.
      if (observedAtMs < lastMs) points.length = 0;
      else if (observedAtMs - lastMs < SPACING_MS) continue;
      points.push([observedAtMs, value]);
      while (points[0] && points[0][0] < observedAtMs - HOUR_MS) points.shift();
      this.#points.set(key, points);
    }
  }

  /** At most 60, oldest first. */
  recent(key: string, nowMs: number): Point[] {
    const points = (this.#points.get(key) ?? []).filter(([atMs]) => atMs >= nowMs - HOUR_MS);
    const step = Math.ceil(points.length / MAX_SHOWN);
    return points.filter((_, at) => (points.length - 1 - at) % Math.max(1, step) === 0);
  }

  /** Milli-units per hour, the line of least squares through the last ten minutes; null with fewer than three readings. */
  trend(key: string, nowMs: number): number | null {
    const points = (this.#points.get(key) ?? []).filter(([atMs]) => atMs >= nowMs - TREND_MS);
    const first = points[0]?.[0];
    if (points.length < 3 || first === undefined) return null;
    const xs = points.map(([atMs]) => (atMs - first) / HOUR_MS);
    const meanX = xs.reduce((sum, x) => sum + x, 0) / points.length;
    const meanY = points.reduce((sum, [, value]) => sum + value, 0) / points.length;
    const above = points.reduce((sum, [, value], at) => sum + ((xs[at] ?? 0) - meanX) * (value - meanY), 0);
    const below = xs.reduce((sum, x) => sum + (x - meanX) ** 2, 0);
    return below === 0 ? null : Math.round(above / below);
  }
}
