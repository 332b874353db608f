// Turns readable names into the hashes that leaves carry, and remembers which of them are new and must be
// stored in the same commit. Shipments get a random salt when they are first named; where their records end is noted with each
// full tile (gateway/journal/shipment-rows.ts), since a page for it in each commit is a sixth of what a truck writes.

import { randomBytes } from 'node:crypto';
import { subjectOf } from '../../ledger-sync/evidence/record.js';
import type { JournalDatabase } from '../journal/database.js';
import type { LogReader } from '../journal/log-reader.js';
import { checkIn, insertInto } from '../journal/row-check.js';
import { ShipmentRows } from '../journal/shipment-rows.js';
import { TILE_WIDTH } from '../journal/tile.js';

const SALT_BYTES = 32;
/** Names kept in memory; beyond it the cache starts anew, which costs hashes and no correctness. */
const CACHE_ENTRIES = 50_000;
export const noBytes = new Uint8Array(0);

interface ShipmentSalt {
  readonly shipment: Uint8Array;
  readonly salt: Uint8Array;
  readonly first_sequence: number | null;
}

interface Shipment {
  readonly id: Uint8Array;
  readonly salt: Uint8Array;
  /** Its first record is noted. */
  isBegun: boolean;
}

export class Subjects {
  readonly #known = new Map<string, Uint8Array>();
  readonly #shipments = new Map<string, Shipment>();
  /** Last sequence by shipment, of those with records under the tile that is not full. */
  #ends: Map<string, number>;
  #durableEnds = new Map<string, number>();
  readonly #insertSubject;
  readonly #insertShipment;
  readonly #beginShipment;
  readonly #extendShipment;
  readonly #selectShipment;

  /** @param log read through the same connection */
  constructor(database: JournalDatabase, log: LogReader) {
    this.#insertSubject = database.prepare<[Uint8Array, string, Uint8Array | null]>(
      // What a card changed in a name is mended when the name is next used.
      `INSERT INTO subjects (subject, name, salt) VALUES (?, ?, ?) ON CONFLICT (subject) DO
        UPDATE SET name = excluded.name, salt = excluded.salt WHERE name <> excluded.name OR salt IS NOT excluded.salt`,
    );
    this.#insertShipment = database.prepare<[string, Uint8Array, Uint8Array, null, null]>(
      insertInto('shipments'),
    );
    this.#beginShipment = database.prepare<[number, number, number, number, string]>(
      `UPDATE shipments SET first_sequence = ?, last_sequence = ?, checksum = row_check(name, shipment, salt, ?, ?)
       WHERE name = ? AND first_sequence IS NULL AND checksum IS ${checkIn('shipments')}`,
    );
    this.#extendShipment = database.prepare<[number, number, string]>(
      `UPDATE shipments SET last_sequence = ?, checksum = row_check(name, shipment, salt, first_sequence, ?)
       WHERE name = ? AND checksum IS ${checkIn('shipments')}`,
    );
    this.#selectShipment = database.prepare<[string], ShipmentSalt>(
      'SELECT shipment, salt, first_sequence FROM shipments WHERE name = ?',
    );
    this.#ends = new ShipmentRows(database, log).tailEnds();
  }

  /** The 16-byte subject of a name. Must run inside the commit's transaction: it stores new names. */
  subject(name: string, shipmentName: string | undefined, isSalted: boolean): Uint8Array {
    const scope = isSalted ? (shipmentName ?? '') : '';
    const key = isSalted ? `s${scope.length}:${scope}${name}` : `p${name}`;
    const cached = this.#known.get(key);
    if (cached) return cached;
    const salt = isSalted ? this.#shipment(scope).salt : undefined;
    const subject = subjectOf(name, salt);
    this.#insertSubject.run(subject, name, salt ?? null);
    if (this.#known.size >= CACHE_ENTRIES) this.#known.clear();
    this.#known.set(key, subject);
    return subject;
  }

  /** The 16-byte shipment field; empty without a shipment. */
  shipment(name: string | undefined): Uint8Array {
    return name === undefined ? noBytes : this.#shipment(name).id;
  }

  /** Notes the span of sequences in which a shipment has records. */
  extend(name: string, firstSequence: number, lastSequence: number): void {
    this.#ends.set(name, lastSequence);
    const shipment = this.#shipment(name);
    if (shipment.isBegun) return;
    this.#beginShipment.run(firstSequence, lastSequence, firstSequence, lastSequence, name);
    shipment.isBegun = true;
  }

  /** The log has grown; where a tile became full, notes in the file where each shipment ends. */
  noteEnds(sizeBefore: number, size: number): void {
    if (Math.floor(sizeBefore / TILE_WIDTH) === Math.floor(size / TILE_WIDTH)) return;
    for (const [name, last] of this.#ends) this.#extendShipment.run(last, last, name);
    this.#ends = new Map();
  }

  /** A transaction begins: where shipments end now is what a roll-back brings back. */
  begin(): void {
    this.#durableEnds = new Map(this.#ends);
  }

  /** The transaction was rolled back. */
  rollBack(): void {
    this.forget();
    this.#ends = this.#durableEnds;
  }

  /** Forgets what is stored no longer. */
  forget(): void {
    this.#known.clear();
    this.#shipments.clear();
  }

  #shipment(name: string): Shipment {
    const cached = this.#shipments.get(name);
    if (cached) return cached;
    const row = this.#selectShipment.get(name);
    const salt = row?.salt ?? randomBytes(SALT_BYTES);
    const id = row?.shipment ?? subjectOf(name, salt);
    if (!row) this.#insertShipment.run(name, id, salt, null, null);
    const shipment = { id, salt, isBegun: row?.first_sequence != null };
    this.#shipments.set(name, shipment);
    return shipment;
  }
}
