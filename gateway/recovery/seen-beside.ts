// What the records of a damaged journal say of rows beside the log: where each shipment begins and ends, and which boots there
// were. A boot's number must not be given twice, since records of two boots could not be told apart.

import { toHex } from '../../ledger-sync/evidence/bytes.js';
import type { JournalDatabase } from '../journal/database.js';
import { checkIn, insertInto } from '../journal/row-check.js';

interface Seen {
  readonly shipment: Uint8Array;
  readonly first: number;
  last: number;
}

export class SeenBeside {
  readonly #shipments = new Map<string, Seen>();
  #bootCount = 0;
  readonly #extend;
  readonly #check;
  readonly #boot;

  /** @param database the new journal, in which shipments and boots stand as far as they could be read */
  constructor(database: JournalDatabase) {
    this.#extend = database.prepare<[number, number, Uint8Array]>(
      `UPDATE shipments SET first_sequence = min(ifnull(first_sequence, seen.first), seen.first),
         last_sequence = max(ifnull(last_sequence, seen.last), seen.last)
       FROM (SELECT ? AS first, ? AS last) AS seen WHERE shipment = ?`,
    );
    this.#check = database.prepare(`UPDATE shipments SET checksum = ${checkIn('shipments')}`);
    this.#boot = database.prepare<[number, string]>(insertInto('boots', 'INSERT OR IGNORE'));
  }

  /** Takes what a record says; in rising order. */
  see(sequence: number, shipment: Uint8Array, bootCount: number): void {
    this.#bootCount = Math.max(this.#bootCount, bootCount);
    if (shipment.length === 0) return;
    const key = toHex(shipment);
    const seen = this.#shipments.get(key);
    if (seen) seen.last = sequence;
    else this.#shipments.set(key, { shipment, first: sequence, last: sequence });
  }

  /** Writes it where it is missing. */
  note(): void {
    for (const { shipment, first, last } of this.#shipments.values()) this.#extend.run(first, last, shipment);
    this.#check.run();
    if (this.#bootCount > 0) this.#boot.run(this.#bootCount, 'lost');
  }
}
