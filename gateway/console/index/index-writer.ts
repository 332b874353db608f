// From proven records to the rows of the index. A reading that comes late goes where it belongs, and fills the hole that it
// falls into.

import type { Statement } from 'better-sqlite3';
import { type EvidenceRecord, recordKinds } from '../../../ledger-sync/evidence/record.js';
import type { IndexConnection } from './index-database.js';
import { type IndexedReading, levelWidthsMs, mergeInto, type Span, spanOf } from './span.js';
import { SpanRows } from './span-rows.js';

/** A shorter silence is no hole for anybody. */
export const HOLE_MS = 60_000;

interface Sensor {
  readonly id: number;
  atMs: number;
  isDirty: boolean;
  newest: IndexedReading;
}

const quiet: ReadonlySet<number> = new Set([recordKinds.timeBeacon]);

export class IndexWriter {
  readonly #database: IndexConnection;
  readonly #spans: SpanRows;
  readonly #sensors = new Map<string, Sensor>();
  readonly #doors = new Map<string, number>();
  readonly #putSensor: Statement<[Uint8Array, number, number, number, number, number]>;
  readonly #updateSensor: Statement<[number, number, number, number, number]>;
  readonly #putHole: Statement<[number, number, number]>;
  readonly #holeAround: Statement<[number, number, number], { from_ms: number; to_ms: number }>;
  readonly #putDoor: Statement<[Uint8Array, number, number]>;
  readonly #putPosition: Statement<[number, number]>;
  readonly #putTag: Statement<[Uint8Array, number, number]>;
  readonly #putEvent: Statement<[number, number, number, Uint8Array]>;
  readonly #putMeta: Statement<[number, Uint8Array]>;
  readonly #putUnplaced: Statement<[number]>;
  readonly #unplaced = new Set<number>();

  constructor(database: IndexConnection) {
    this.#database = database;
    this.#spans = new SpanRows(database);
    this.#putSensor = database.prepare(
      'INSERT INTO sensors (subject, kind, at_ms, sequence, value, quality) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#updateSensor = database.prepare(
      'UPDATE sensors SET at_ms = ?, sequence = ?, value = ?, quality = ? WHERE id = ?',
    );
    this.#putHole = database.prepare(
      'INSERT OR REPLACE INTO holes (sensor, from_ms, to_ms) VALUES (?, ?, ?)',
    );
    this.#holeAround = database.prepare(
      'DELETE FROM holes WHERE sensor = ? AND from_ms < ? AND to_ms > ? RETURNING from_ms, to_ms',
    );
    this.#putDoor = database.prepare(
      'INSERT OR REPLACE INTO doors (subject, at_ms, is_open) VALUES (?, ?, ?)',
    );
    this.#putPosition = database.prepare('INSERT OR REPLACE INTO positions (at_ms, sequence) VALUES (?, ?)');
    this.#putTag = database.prepare(
      `INSERT INTO tags (subject, at_ms, sequence) VALUES (?, ?, ?) ON CONFLICT (subject) DO UPDATE
       SET at_ms = excluded.at_ms, sequence = excluded.sequence WHERE excluded.at_ms >= at_ms`,
    );
    this.#putEvent = database.prepare(
      'INSERT OR REPLACE INTO events (sequence, at_ms, kind, subject) VALUES (?, ?, ?, ?)',
    );
    this.#putMeta = database.prepare('UPDATE meta SET size = ?, root = ?');
    this.#putUnplaced = database.prepare('INSERT OR IGNORE INTO unplaced_boots (boot_count) VALUES (?)');
    const known = database
      .prepare<
        [],
        {
          id: number;
          subject: Buffer;
          kind: number;
          at_ms: number;
          sequence: number;
          value: number;
          quality: number;
        }
      >('SELECT * FROM sensors')
      .all();
    for (const { id, subject, kind, at_ms: atMs, ...rest } of known)
      this.#sensors.set(keyOf(subject, kind), { id, atMs, isDirty: false, newest: { atMs, ...rest } });
    const lastDoors = database.prepare<[], { subject: Buffer; is_open: number }>(
      'SELECT subject, is_open FROM doors AS door WHERE at_ms = (SELECT max(at_ms) FROM doors WHERE subject = door.subject)',
    );
    for (const { subject, is_open } of lastDoors.all()) this.#doors.set(subject.toString('hex'), is_open);
  }

  /**
   * Takes records that were proven, in the order of the log.
   * @param timeOf when a reading was measured
   * @param size of the log behind them, @param root of it
   */
  take(
    records: readonly EvidenceRecord[],
    timeOf: (record: EvidenceRecord) => number,
    size: number,
    root: Uint8Array,
  ): void {
    if (!this.#database.inTransaction) this.#database.exec('BEGIN');
    const minutes = new Map<number, Map<number, Span>>();
    const tags = new Map<string, EvidenceRecord>();
    for (const record of records) {
      const { kind, subject, sequence, observedAtMs } = record;
      if (record.clockTrust === 0) this.#noteUnplaced(record.bootCount);
      if (kind === recordKinds.temperature || kind === recordKinds.humidity)
        this.#reading(record, timeOf(record), minutes);
      else if (kind === recordKinds.tagSighting) tags.set(Buffer.from(subject).toString('latin1'), record);
      else if (kind === recordKinds.position) this.#putPosition.run(observedAtMs, sequence);
      else if (kind === recordKinds.door) this.#door(record);
      else if (!quiet.has(kind)) this.#putEvent.run(sequence, observedAtMs, kind, subject);
    }
    for (const { subject, observedAtMs, sequence } of tags.values())
      this.#putTag.run(subject, observedAtMs, sequence);
    for (const [sensor, spans] of minutes) this.#putSpans(sensor, spans);
    for (const sensor of this.#sensors.values()) {
      if (!sensor.isDirty) continue;
      const { atMs, sequence, value, quality } = sensor.newest;
      this.#updateSensor.run(atMs, sequence, value, quality, sensor.id);
      sensor.isDirty = false;
    }
    this.#putMeta.run(size, root);
  }

  /** Makes all of it durable. */
  commit(): void {
    if (this.#database.inTransaction) this.#database.exec('COMMIT');
  }

  /** Takes back all since the last commit; this writer is of no use after it. */
  rollBack(): void {
    if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
  }

  #noteUnplaced(bootCount: number): void {
    if (this.#unplaced.has(bootCount)) return;
    this.#unplaced.add(bootCount);
    this.#putUnplaced.run(bootCount);
  }

  #reading(
    { subject, kind, sequence, value, quality }: EvidenceRecord,
    atMs: number,
    minutes: Map<number, Map<number, Span>>,
  ): void {
    const reading = { atMs, sequence, value, quality };
    const sensor = this.#sensorOf(subject, kind, reading);
    if (atMs >= sensor.atMs) {
      if (atMs - sensor.atMs > HOLE_MS) this.#putHole.run(sensor.id, sensor.atMs, atMs);
      sensor.atMs = atMs;
      sensor.newest = reading;
      sensor.isDirty = true;
    } else this.#fillHole(sensor.id, atMs);
    const spans = minutes.get(sensor.id) ?? new Map<number, Span>();
    minutes.set(sensor.id, spans);
    addTo(spans, atMs, levelWidthsMs[0] ?? HOLE_MS, spanOf(reading));
  }

  /** Each level is summed up from the one below: a reading is looked at once. */
  #putSpans(sensor: number, minutes: ReadonlyMap<number, Span>): void {
    let below = minutes;
    for (const [level, widthMs] of levelWidthsMs.entries()) {
      const spans = new Map<number, Span>();
      for (const [startMs, span] of below) addTo(spans, startMs, widthMs, span);
      // Before what is stored joins: the level above has stored its own.
      below = new Map([...spans].map(([startMs, span]) => [startMs, { ...span }]));
      for (const [startMs, span] of spans) {
        const stored = this.#spans.get(level, startMs, sensor);
        if (stored) mergeInto(span, stored);
        this.#spans.put(level, startMs, sensor, span);
      }
    }
  }

  #sensorOf(subject: Uint8Array, kind: number, reading: IndexedReading): Sensor {
    const key = keyOf(subject, kind);
    const known = this.#sensors.get(key);
    if (known) return known;
    const { atMs, sequence, value, quality } = reading;
    const { lastInsertRowid } = this.#putSensor.run(subject, kind, atMs, sequence, value, quality);
    const sensor = { id: Number(lastInsertRowid), atMs, isDirty: false, newest: reading };
    this.#sensors.set(key, sensor);
    return sensor;
  }

  #fillHole(sensor: number, atMs: number): void {
    const hole = this.#holeAround.get(sensor, atMs, atMs);
    if (!hole) return;
    if (atMs - hole.from_ms > HOLE_MS) this.#putHole.run(sensor, hole.from_ms, atMs);
    if (hole.to_ms - atMs > HOLE_MS) this.#putHole.run(sensor, atMs, hole.to_ms);
  }

  /** A contact says the same again and again; a change is kept. What cannot be read changes nothing. */
  #door({ subject, observedAtMs, value, quality }: EvidenceRecord): void {
    if (quality !== 0) return;
    const key = Buffer.from(subject).toString('hex');
    const isOpen = value === 0 ? 0 : 1;
    if (this.#doors.get(key) === isOpen) return;
    this.#doors.set(key, isOpen);
    this.#putDoor.run(subject, observedAtMs, isOpen);
  }
}

/** Adds a span to that of the width in which it begins. */
function addTo(spans: Map<number, Span>, atMs: number, widthMs: number, span: Span): void {
  const startMs = Math.floor(atMs / widthMs) * widthMs;
  const known = spans.get(startMs);
  if (known) mergeInto(known, span);
  else spans.set(startMs, { ...span });
}

const keyOf = (subject: Uint8Array, kind: number) => `${kind} ${Buffer.from(subject).toString('hex')}`;
