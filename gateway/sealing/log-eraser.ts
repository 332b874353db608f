// Takes back what a shipment's records say in words: names with their salt, documents, requests. The leaves stay, and with them
// order, values and every proof; without salt and document nobody can tell any more what they were about. The record that
// says so is signed in the same commit; the documents follow, a few with each later commit, over restarts too.
// On flash a cell that was overwritten may live on until the card uses it again: destroy the card if that matters.

import { equalBytes } from '../../ledger-sync/evidence/bytes.js';
import { decodeRecord } from '../../ledger-sync/evidence/record.js';
import type { JournalDatabase } from '../journal/database.js';
import { insertInto } from '../journal/row-check.js';

interface ShipmentRow {
  readonly shipment: Uint8Array;
  readonly salt: Uint8Array;
  readonly first_sequence: number | null;
}

interface Erasure {
  readonly shipment: Uint8Array;
  readonly next: number;
  readonly beyond: number;
}

export class LogEraser {
  readonly #statements;

  constructor(database: JournalDatabase) {
    // Zeros in place of what is deleted, in the file and not only in its index.
    database.pragma('secure_delete = ON');
    this.#statements = prepareStatements(database);
  }

  /**
   * Forgets names, salt and requests of a shipment; inside the transaction of the record that tells it.
   * @param size records in the log before that transaction: those are erased, the record that tells it is not
   */
  mark(shipmentName: string, size: number): void {
    const { shipment, subjects, shipments, requests, insert } = this.#statements;
    const row = shipment.get(shipmentName);
    if (!row) return;
    subjects.run(row.salt);
    shipments.run(shipmentName);
    requests.run(shipmentName);
    insert.run(row.shipment, row.first_sequence ?? size, size);
  }

  /**
   * Erases documents of what was marked; inside a transaction.
   * @param records sequences to pass at most
   * @returns whether there is more to erase
   */
  sweep(records: number): boolean {
    const { waiting, leaves, detail, moved, done } = this.#statements;
    const erasure = waiting.get();
    if (!erasure) return false;
    const to = Math.min(erasure.beyond, erasure.next + records);
    for (const { sequence, leaf } of leaves.all(erasure.next, to)) {
      if (isOf(leaf, erasure.shipment)) detail.run(sequence);
    }
    if (to < erasure.beyond) moved.run(to, to, erasure.shipment);
    else done.run(erasure.shipment);
    return waiting.get() !== undefined;
  }
}

/** What cannot be read is damage, which publishing and the audit find. */
function isOf(leaf: Uint8Array, shipment: Uint8Array): boolean {
  try {
    return equalBytes(decodeRecord(leaf).shipment, shipment);
  } catch {
    return false;
  }
}

function prepareStatements(database: JournalDatabase) {
  return {
    shipment: database.prepare<[string], ShipmentRow>(
      'SELECT shipment, salt, first_sequence FROM shipments WHERE name = ?',
    ),
    subjects: database.prepare<[Uint8Array]>('DELETE FROM subjects WHERE salt = ?'),
    shipments: database.prepare<[string]>('DELETE FROM shipments WHERE name = ?'),
    requests: database.prepare<[string]>(
      `UPDATE requests SET document = '{}', authorization = NULL,
         checksum = row_check(id, kind, '{}', NULL, created_ms, outcome, sequence)
       WHERE outcome IS NOT NULL AND kind LIKE 'shipment.%' AND json_valid(document)
         AND json_extract(document, '$.id') = ?`,
    ),
    insert: database.prepare<[Uint8Array, number, number]>(insertInto('erasures', 'INSERT OR REPLACE')),
    waiting: database.prepare<[], Erasure>(
      'SELECT shipment, next, beyond FROM erasures ORDER BY shipment LIMIT 1',
    ),
    leaves: database.prepare<[number, number], { sequence: number; leaf: Uint8Array }>(
      'SELECT sequence, leaf FROM records WHERE sequence >= ? AND sequence < ? AND detail IS NOT NULL',
    ),
    detail: database.prepare<[number]>('UPDATE records SET detail = NULL WHERE sequence = ?'),
    moved: database.prepare<[number, number, Uint8Array]>(
      'UPDATE erasures SET next = ?, checksum = row_check(shipment, ?, beyond) WHERE shipment = ?',
    ),
    done: database.prepare<[Uint8Array]>('DELETE FROM erasures WHERE shipment = ?'),
  };
}
