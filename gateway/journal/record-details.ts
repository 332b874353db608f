// A detail document lies in the row of its record. In a table by hash each one wore a page of its own, at its writing and
// once more when it goes: hashes are strewn over the whole table, and a sighting's document is like no other.

import type { Database } from 'better-sqlite3';
import { decodeRecord } from '../../ledger-sync/evidence/record.js';

/** What cannot be read has no document; publishing the log says that it is damaged. */
function detailHashOf(leaf: unknown): Uint8Array | null {
  try {
    const detail = leaf instanceof Uint8Array ? decodeRecord(leaf).detail : undefined;
    return detail && detail.length > 0 ? detail : null;
  } catch {
    return null;
  }
}

/** The step of the layout that brings them there. */
export function keepDetailsWithRecords(database: Database): void {
  database.function('detail_hash_of', { deterministic: true, directOnly: true }, detailHashOf);
  database.exec(`
    ALTER TABLE records ADD COLUMN detail TEXT;
    UPDATE records SET detail = (SELECT document FROM details WHERE hash = detail_hash_of(leaf))
      WHERE detail_hash_of(leaf) IS NOT NULL;
    DROP TABLE details;
  `);
}
