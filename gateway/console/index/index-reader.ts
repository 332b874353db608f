// What views ask of the index, beside spans: sensors, holes, doors, positions, tags and events, by time.

import type { IndexConnection } from './index-database.js';

export interface IndexedSensor {
  readonly id: number;
  readonly subject: Uint8Array;
  /** One of recordKinds. */
  readonly kind: number;
  /** Of its newest reading. */
  readonly at_ms: number;
  readonly sequence: number;
  readonly value: number;
  readonly quality: number;
}

export interface IndexedEvent {
  readonly sequence: number;
  readonly at_ms: number;
  readonly kind: number;
  readonly subject: Uint8Array;
}

export interface EventFilter {
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly kinds?: readonly number[] | undefined;
  /** Only before this sequence. */
  readonly before?: number | undefined;
  readonly limit: number;
}

export class IndexReader {
  readonly #database: IndexConnection;

  constructor(database: IndexConnection) {
    this.#database = database;
  }

  /** Records of the log that the index knows. */
  size(): number {
    return this.#database.prepare<[], number>('SELECT size FROM meta').pluck().get() ?? 0;
  }

  sensors(): IndexedSensor[] {
    return this.#database.prepare<[], IndexedSensor>('SELECT * FROM sensors ORDER BY id').all();
  }

  /** Holes of more than `longerMs` that touch [fromMs, toMs]. */
  holes(
    sensor: number,
    fromMs: number,
    toMs: number,
    longerMs: number,
  ): { from_ms: number; to_ms: number }[] {
    return this.#database
      .prepare<[number, number, number, number], { from_ms: number; to_ms: number }>(
        `SELECT from_ms, to_ms FROM holes WHERE sensor = ? AND from_ms <= ? AND to_ms >= ? AND to_ms - from_ms > ?
         ORDER BY from_ms LIMIT 2000`,
      )
      .all(sensor, toMs, fromMs, longerMs);
  }

  /** Changes of all contacts up to `toMs`, from the last one before `fromMs` on. */
  doors(fromMs: number, toMs: number): { subject: Uint8Array; at_ms: number; is_open: number }[] {
    return this.#database
      .prepare<[number, number], { subject: Uint8Array; at_ms: number; is_open: number }>(
        `SELECT subject, at_ms, is_open FROM doors AS door WHERE at_ms <= ?
         AND at_ms >= coalesce((SELECT max(at_ms) FROM doors WHERE subject = door.subject AND at_ms <= ?), 0)
         ORDER BY subject, at_ms LIMIT 5000`,
      )
      .all(toMs, fromMs);
  }

  /** Of each step of `stepMs` the first position. */
  positions(fromMs: number, toMs: number, stepMs: number): { at_ms: number; sequence: number }[] {
    return this.#database
      .prepare<[number, number, number], { at_ms: number; sequence: number }>(
        `SELECT min(at_ms) AS at_ms, sequence FROM positions WHERE at_ms >= ? AND at_ms <= ? GROUP BY at_ms / ?
         ORDER BY at_ms LIMIT 4000`,
      )
      .all(fromMs, toMs, Math.max(1, Math.round(stepMs)));
  }

  lastPositions(limit: number): { at_ms: number; sequence: number }[] {
    return this.#database
      .prepare<[number], { at_ms: number; sequence: number }>(
        'SELECT * FROM positions ORDER BY at_ms DESC LIMIT ?',
      )
      .all(limit);
  }

  /** Tags that were seen since `sinceMs`, the newest first. */
  tags(sinceMs: number, limit: number): { subject: Uint8Array; at_ms: number; sequence: number }[] {
    return this.#database
      .prepare<[number, number], { subject: Uint8Array; at_ms: number; sequence: number }>(
        'SELECT * FROM tags WHERE at_ms >= ? ORDER BY at_ms DESC LIMIT ?',
      )
      .all(sinceMs, limit);
  }

  /** The first and the last record whose time lies in [fromMs, toMs], to the minute; undefined: none. */
  sequencesBetween(fromMs: number, toMs: number): { first: number; last: number } | undefined {
    const found = this.#database
      .prepare<number[], { first: number | null; last: number | null }>(
        `SELECT min(first) AS first, max(last) AS last FROM (
           SELECT min(first_sequence) AS first, max(last_sequence) AS last FROM spans WHERE level = 0 AND start_ms >= ? AND start_ms <= ?
           UNION ALL SELECT min(sequence), max(sequence) FROM events WHERE at_ms >= ? AND at_ms <= ?
           UNION ALL SELECT min(sequence), max(sequence) FROM positions WHERE at_ms >= ? AND at_ms <= ?)`,
      )
      .get(fromMs - 59_999, toMs, fromMs, toMs, fromMs, toMs);
    if (!found || found.first === null || found.last === null) return undefined;
    return { first: found.first, last: found.last };
  }

  /** Of one subject, the newest first. */
  eventsOf(subject: Uint8Array, limit: number): IndexedEvent[] {
    return this.#database
      .prepare<[Uint8Array, number], IndexedEvent>(
        'SELECT * FROM events WHERE subject = ? ORDER BY sequence DESC LIMIT ?',
      )
      .all(subject, limit);
  }

  /** The newest first. */
  events({ fromMs = 0, toMs = Number.MAX_SAFE_INTEGER, kinds, before, limit }: EventFilter): IndexedEvent[] {
    const codes = kinds ? JSON.stringify(kinds) : null;
    return this.#database
      .prepare<[number, number, number, string | null, string | null, number], IndexedEvent>(
        `SELECT * FROM events WHERE sequence < ? AND at_ms >= ? AND at_ms <= ?
         AND (? IS NULL OR kind IN (SELECT value FROM json_each(?))) ORDER BY sequence DESC LIMIT ?`,
      )
      .all(before ?? Number.MAX_SAFE_INTEGER, fromMs, toMs, codes, codes, limit);
  }
}
