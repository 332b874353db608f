// Turns readable names into the hashes that leaves carry, and remembers which of them are new and must be
// stored in the same commit. Shipments get a random salt when they are first named.

import { randomBytes } from 'node:crypto';
import { subjectOf } from '../../ledger-sync/evidence/record.js';
import type { JournalDatabase } from '../journal/database.js';

const SALT_BYTES = 32;
/** Names kept in memory; beyond it the cache starts anew, which costs hashes and no correctness. */
const CACHE_ENTRIES = 50_000;
export const noBytes = new Uint8Array(0);

interface Shipment {
  readonly id: Uint8Array;
  readonly salt: Uint8Array;
}

export class Subjects {
  readonly #known = new Map<string, Uint8Array>();
  readonly #shipments = new Map<string, Shipment>();
  readonly #insertSubject;
  readonly #insertShipment;
  readonly #extendShipment;
  readonly #selectShipment;

  constructor(database: JournalDatabase) {
    this.#insertSubject = database.prepare<[Uint8Array, string, Uint8Array | null]>(
      'INSERT OR IGNORE INTO subjects (subject, name, salt) VALUES (?, ?, ?)',
    );
    this.#insertShipment = database.prepare<[string, Uint8Array, Uint8Array]>(
      'INSERT INTO shipments (name, shipment, salt) VALUES (?, ?, ?)',
    );
    this.#extendShipment = database.prepare<[number, number, string]>(
      'UPDATE shipments SET first_sequence = coalesce(first_sequence, ?), last_sequence = ? WHERE name = ?',
    );
    this.#selectShipment = database.prepare<[string], { shipment: Uint8Array; salt: Uint8Array }>(
      'SELECT shipment, salt FROM shipments WHERE name = ?',
    );
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
    this.#extendShipment.run(firstSequence, lastSequence, name);
  }

  /** Forgets what a rolled-back transaction seemed to have stored. */
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
    if (!row) this.#insertShipment.run(name, id, salt);
    const shipment = { id, salt };
    this.#shipments.set(name, shipment);
    return shipment;
  }
}
