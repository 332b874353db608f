// The readings of sensors over a window, summed up as a chart needs them: from the log itself where they are few, else from
// the index.

import { equalBytes } from '../../../ledger-sync/evidence/bytes.js';
import { type EvidenceRecord, recordKinds } from '../../../ledger-sync/evidence/record.js';
import type { CorrectedTimes } from '../../journal/corrected-times.js';
import type { JournalReader } from '../../journal/journal-reader.js';
import type { LogReader } from '../../journal/log-reader.js';
import { type Bucket, BucketLine, gridOf } from './bucket.js';
import type { IndexConnection } from './index-database.js';
import type { IndexedSensor } from './index-reader.js';
import { readProven } from './raw-readings.js';
import { readingTimeMs } from './reading-time.js';
import { type IndexedReading, levelWidthsMs, mergeInto, type Span, spanOf } from './span.js';
import { SpanRows } from './span-rows.js';

/** Proving, decoding and sorting takes about 20 us each on a slow core; a chart shall be there in 300 ms. */
const MAX_RAW_RECORDS = 10_000;
/** Above it there are too many, and the rows of the finest level need not be looked at. */
const MAX_RAW_WINDOW_MS = 86_400_000;
const FINEST_MS = levelWidthsMs[0] ?? 60_000;

export interface Series {
  readonly bucketMs: number;
  readonly isExact: boolean;
  /** By the id of the sensor. */
  readonly buckets: ReadonlyMap<number, readonly Bucket[]>;
}

export interface SeriesWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

export class SeriesReader {
  readonly #log: LogReader;
  readonly #times: CorrectedTimes;
  readonly #rows: SpanRows;

  constructor({ log, times }: Pick<JournalReader, 'log' | 'times'>, database: IndexConnection) {
    this.#log = log;
    this.#times = times;
    this.#rows = new SpanRows(database);
  }

  /** At most `widthPx` buckets for each sensor, and no extreme of the window lost. @throws JournalError JOURNAL_DAMAGED */
  read(sensors: readonly IndexedSensor[], { fromMs, toMs }: SeriesWindow, widthPx: number): Series {
    const { level, bucketMs } = gridOf(fromMs, toMs, widthPx, levelWidthsMs);
    const raw = this.#raw(sensors, { fromMs, toMs });
    if (raw) {
      const isExact = [...raw.values()].every((readings) => readings.length <= widthPx);
      const rawMs = Math.max(1, Math.ceil((toMs - fromMs) / Math.max(1, widthPx - 1)));
      const startOf = (atMs: number) => (isExact ? atMs : Math.floor(atMs / rawMs) * rawMs);
      const lines = linesOf(raw.keys());
      for (const [id, readings] of raw)
        for (const reading of readings) lines.get(id)?.addReading(startOf(reading.atMs), reading);
      return { bucketMs: rawMs, isExact, buckets: bucketsOf(lines) };
    }
    const startMs = Math.floor(fromMs / bucketMs) * bucketMs;
    const ids = sensors.map(({ id }) => id);
    const lines = linesOf(ids);
    for (const { sensor, startMs: atMs, ...span } of this.#rows.drawn(level, startMs, toMs + 1, ids))
      lines.get(sensor)?.addSpan(Math.floor(atMs / bucketMs) * bucketMs, span);
    return { bucketMs, isExact: false, buckets: bucketsOf(lines) };
  }

  /** Everything of a window in one span each, to the reading. @throws JournalError JOURNAL_DAMAGED */
  total(sensors: readonly IndexedSensor[], { fromMs, toMs }: SeriesWindow): Map<number, Span> {
    const totals = new Map<number, Span>();
    const ids = sensors.map(({ id }) => id);
    const take = (sensor: number, span: Span) => {
      const known = totals.get(sensor);
      if (known) mergeInto(known, span);
      else totals.set(sensor, { ...span });
    };
    // [fromMs, toMs] as whole spans, the largest inside, and its two ends reading by reading.
    const innerFrom = Math.ceil(fromMs / FINEST_MS) * FINEST_MS;
    const innerTo = Math.floor((toMs + 1) / FINEST_MS) * FINEST_MS;
    const ends =
      innerFrom >= innerTo
        ? [{ fromMs, toMs }]
        : [
            { fromMs, toMs: innerFrom - 1 },
            { fromMs: innerTo, toMs },
          ];
    for (const end of ends.filter((one) => one.fromMs <= one.toMs)) {
      for (const [id, readings] of this.#rawOf(sensors, end) ?? [])
        for (const reading of readings) take(id, spanOf(reading));
    }
    for (const { level, fromMs: from, toMs: to } of coverOf(innerFrom, innerTo))
      for (const { sensor, span } of this.#rows.between(level, from, to, ids)) take(sensor, span);
    return totals;
  }

  /** undefined where there are too many. */
  #raw(sensors: readonly IndexedSensor[], window: SeriesWindow): Map<number, IndexedReading[]> | undefined {
    if (window.toMs - window.fromMs > MAX_RAW_WINDOW_MS) return undefined;
    return this.#rawOf(sensors, window, MAX_RAW_RECORDS);
  }

  #rawOf(
    sensors: readonly IndexedSensor[],
    { fromMs, toMs }: SeriesWindow,
    maxRecords = Number.POSITIVE_INFINITY,
  ): Map<number, IndexedReading[]> | undefined {
    const ids = sensors.map(({ id }) => id);
    const found = new Map<number, IndexedReading[]>(ids.map((id) => [id, []]));
    const held = this.#rows.sequences(Math.floor(fromMs / FINEST_MS) * FINEST_MS, toMs + 1, ids);
    if (!held) return found;
    const { first, end } = held;
    if (end - first > maxRecords) return undefined;
    const idOf = sensorFinder(sensors);
    readProven(this.#log, first, end, (record) => {
      const { kind, sequence, value, quality } = record;
      if (kind !== recordKinds.temperature && kind !== recordKinds.humidity) return;
      const readings = found.get(idOf(record) ?? -1);
      if (!readings) return;
      const atMs = readingTimeMs(this.#log, this.#times.placed(record));
      if (atMs >= fromMs && atMs <= toMs) readings.push({ atMs, sequence, value, quality });
    });
    // Of the same moment the lower is the first, as in the index.
    for (const readings of found.values()) readings.sort((a, b) => a.atMs - b.atMs || a.value - b.value);
    return found;
  }
}

/** Finds a reading's sensor by the head of its subject: a text as the key would cost as much as the proof. */
function sensorFinder(sensors: readonly IndexedSensor[]) {
  const headOf = (subject: Uint8Array) =>
    (subject[0] ?? 0) * 65_536 + (subject[1] ?? 0) * 256 + (subject[2] ?? 0);
  const byHead = new Map<number, IndexedSensor[]>();
  for (const sensor of sensors) {
    const head = headOf(sensor.subject);
    byHead.set(head, [...(byHead.get(head) ?? []), sensor]);
  }
  return ({ kind, subject }: Pick<EvidenceRecord, 'kind' | 'subject'>): number | undefined =>
    byHead.get(headOf(subject))?.find((one) => one.kind === kind && equalBytes(one.subject, subject))?.id;
}

const linesOf = (ids: Iterable<number>) => new Map([...ids].map((id) => [id, new BucketLine()]));
const bucketsOf = (lines: ReadonlyMap<number, BucketLine>) =>
  new Map([...lines].map(([id, { buckets }]) => [id, buckets]));

/** [fromMs, toMs), both whole minutes, as whole spans: few of them, the widest in the middle. */
export function coverOf(fromMs: number, toMs: number): { level: number; fromMs: number; toMs: number }[] {
  const parts: { level: number; fromMs: number; toMs: number }[] = [];
  let [from, to] = [fromMs, toMs];
  for (const [level] of levelWidthsMs.entries()) {
    if (from >= to) break;
    const aboveMs = levelWidthsMs[level + 1];
    const innerFrom = aboveMs === undefined ? to : Math.min(to, Math.ceil(from / aboveMs) * aboveMs);
    const innerTo = aboveMs === undefined ? to : Math.max(innerFrom, Math.floor(to / aboveMs) * aboveMs);
    if (from < innerFrom) parts.push({ level, fromMs: from, toMs: innerFrom });
    if (innerTo < to) parts.push({ level, fromMs: innerTo, toMs: to });
    [from, to] = [innerFrom, innerTo];
  }
  return parts;
}
