// Shipments with the span of their records. The first sequence stands in the row from its commit on; the last one is noted when
// a tile of 256 records becomes full. What came after that is looked up in the log itself, and only believed where it leads to
// the signed root: a changed leaf must not make a shipment shorter.

import { equalBytes, toHex } from '../../ledger-sync/evidence/bytes.js';
import { leafHash } from '../../ledger-sync/evidence/merkle.js';
import { compactRangeAt } from '../../ledger-sync/evidence/node-reader.js';
import { decodeRecord } from '../../ledger-sync/evidence/record.js';
import type { JournalDatabase } from './database.js';
import { JournalError } from './journal-error.js';
import type { LogReader } from './log-reader.js';
import { checkIn } from './row-check.js';
import { TILE_WIDTH } from './tile.js';

export interface ShipmentName {
  readonly name: string;
  readonly shipment: Uint8Array;
  readonly salt: Uint8Array;
}

export interface StoredShipment extends ShipmentName {
  readonly first_sequence: number | null;
  readonly last_sequence: number | null;
}

type Row = StoredShipment & { readonly is_sound: 0 | 1 };
/** Last sequence by shipment in hexadecimal; undefined where the end of the log is not what was signed. */
type Ends = ReadonlyMap<string, number> | undefined;

interface Tail {
  readonly size: number;
  readonly ends: Ends;
}

export class ShipmentRows {
  readonly #log: LogReader;
  readonly #one;
  readonly #all;
  readonly #names;
  #tail: Tail = { size: 0, ends: new Map() };

  constructor(database: JournalDatabase, log: LogReader) {
    this.#log = log;
    const rows = `SELECT name, shipment, salt, first_sequence, last_sequence,
      checksum IS ${checkIn('shipments')} AS is_sound FROM shipments`;
    this.#names = database.prepare<[], ShipmentName>(
      'SELECT name, shipment, salt FROM shipments ORDER BY name',
    );
    this.#one = database.prepare<[string], Row>(`${rows} WHERE name = ?`);
    this.#all = database.prepare<[], Row>(`${rows} ORDER BY name`);
  }

  /** @throws JournalError JOURNAL_DAMAGED if the row is not what was written */
  get(name: string): StoredShipment | undefined {
    const row = this.#one.get(name);
    return row && this.#toItsEnd(row);
  }

  /** @throws JournalError JOURNAL_DAMAGED if a row is not what was written */
  all(): StoredShipment[] {
    return this.#all.all().map((row) => this.#toItsEnd(row));
  }

  names(): ShipmentName[] {
    return this.#names.all();
  }

  /** Last sequence by name, of those with records behind the last full tile. */
  tailEnds(): Map<string, number> {
    const { ends } = this.#readTail();
    const found = new Map<string, number>();
    for (const { name, shipment } of this.names()) {
      const last = ends?.get(toHex(shipment));
      if (last !== undefined) found.set(name, last);
    }
    return found;
  }

  #toItsEnd({ is_sound: isSound, ...row }: Row): StoredShipment {
    if (!isSound) {
      throw new JournalError(
        'JOURNAL_DAMAGED',
        `what is noted of the shipment ${row.name} is not what was written`,
        'restart the gateway role: it puts right what the log can tell',
      );
    }
    if (row.last_sequence === null) return row;
    const { size, ends } = this.#readTail();
    const last = ends ? ends.get(toHex(row.shipment)) : size - 1;
    return { ...row, last_sequence: Math.max(row.last_sequence, last ?? 0) };
  }

  #readTail(): Tail {
    const checkpoint = this.#log.latestCheckpoint();
    const size = checkpoint?.size ?? 0;
    if (checkpoint && size !== this.#tail.size)
      this.#tail = { size, ends: this.#provenEnds(size, checkpoint.root) };
    return this.#tail;
  }

  #provenEnds(size: number, root: Uint8Array): Ends {
    const first = size - (size % TILE_WIDTH);
    const ends = new Map<string, number>();
    try {
      const range = compactRangeAt(first, this.#log);
      for (const { sequence, leaf } of this.#log.stored(first, size, TILE_WIDTH)) {
        range.append(leafHash(leaf));
        const { shipment } = decodeRecord(leaf);
        if (shipment.length > 0) ends.set(toHex(shipment), sequence);
      }
      return equalBytes(range.root(), root) ? ends : undefined;
    } catch {
      // Whoever reads these records tells what is wrong with them.
      return undefined;
    }
  }
}
