// Which records people and their systems may have to hear of at once: their sequences beside the log, so that after days offline the alerts
// are found without reading millions of readings. They are rare, so the table costs the card next to nothing.

import type { Database } from 'better-sqlite3';
import { decodeRecord, recordKinds } from '../../ledger-sync/evidence/record.js';

const indexedKinds: ReadonlySet<number> = new Set([
  recordKinds.excursion,
  recordKinds.deviceCondition,
  recordKinds.review,
  recordKinds.shipmentEvent,
  recordKinds.tagAuthenticity,
]);

/** Whether a record of that kind is in the index. */
export const isIndexed = (kind: number): boolean => indexedKinds.has(kind);

/** What cannot be read is nobody's alert here; publishing the log says that it is damaged. */
function isAlertLeaf(leaf: unknown): 0 | 1 {
  try {
    return leaf instanceof Uint8Array && isIndexed(decodeRecord(leaf).kind) ? 1 : 0;
  } catch {
    return 0;
  }
}

/** The step of the layout that makes the table, from the records that are there. */
export function indexAlerts(database: Database): void {
  database.exec('CREATE TABLE alert_records (sequence INTEGER PRIMARY KEY)');
  database.function('is_alert_leaf', { deterministic: true, directOnly: true }, isAlertLeaf);
  database.exec('INSERT INTO alert_records SELECT sequence FROM records WHERE is_alert_leaf(leaf) = 1');
}
