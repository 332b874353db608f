// The inventory of a shipment out of the journal: reads the records from its first to its last and folds them. Judges
// nothing; a name that was erased is no sighting any more.

import { decodeRecord, type EvidenceRecord, recordKinds } from '../../ledger-sync/evidence/record.js';
import type { JournalReader } from '../journal/journal-reader.js';
import type { LogReader } from '../journal/log-reader.js';
import { tagIdentity } from '../shipments/probe-claims.js';
import { type Inventory, type InventoryFact, InventoryFold } from './inventory.js';

const PAGE_RECORDS = 5000;
const SSCC = /^\d{18}$/;
const steps: readonly unknown[] = ['armed', 'departed', 'delivered'];

type Step = Extract<InventoryFact, { kind: 'step' }>['event'];

/**
 * @param name of the shipment
 * @param ordered SSCCs of its order
 */
export function inventoryOf(journal: JournalReader, name: string, ordered: readonly string[]): Inventory {
  const fold = new InventoryFold(ordered);
  const row = journal.shipment(name);
  if (!row || row.first_sequence === null || row.last_sequence === null) return fold.inventory();
  for (let from = row.first_sequence; from <= row.last_sequence; from += PAGE_RECORDS) {
    const count = Math.min(PAGE_RECORDS, row.last_sequence - from + 1);
    for (const leaf of journal.log.leaves(from, count)) {
      const fact = factOf(journal.log, decodeRecord(leaf), row.shipment);
      if (fact) fold.add(fact);
    }
  }
  return fold.inventory();
}

function factOf(log: LogReader, record: EvidenceRecord, shipment: Uint8Array): InventoryFact | undefined {
  const { kind, observedAtMs: atMs } = record;
  const isOwn = Buffer.compare(record.shipment, shipment) === 0;
  if (kind === recordKinds.shipmentEvent && isOwn) {
    const event = stepOf(log.detail(record.sequence));
    return event && { kind: 'step', event, atMs };
  }
  // What belongs to another shipment is no surprise here.
  if (kind !== recordKinds.tagSighting || !(isOwn || record.shipment.length === 0)) return undefined;
  const sscc = tagIdentity(log.subjectName(record.subject)?.name ?? '');
  return SSCC.test(sscc) ? { kind: 'seen', sscc, atMs } : undefined;
}

function stepOf(detail: string | undefined): Step | undefined {
  if (detail === undefined) return undefined;
  const { type, event } = JSON.parse(detail) as { type?: unknown; event?: unknown };
  return type === 'shipment' && steps.includes(event) ? (event as Step) : undefined;
}
