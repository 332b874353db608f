// The inventory of a shipment out of the journal: reads the records from its first on and folds them, a slice at a time.
// Judges nothing; a name that was erased is no sighting any more.

import { decodeRecord, type EvidenceRecord, recordKinds } from '../../ledger-sync/evidence/record.js';
import type { JournalReader } from '../journal/journal-reader.js';
import type { LogReader } from '../journal/log-reader.js';
import type { StoredShipment } from '../journal/shipment-rows.js';
import { tagIdentity } from '../shipments/probe-claims.js';
import { type Inventory, type InventoryFact, InventoryFold } from './inventory.js';

const PAGE_RECORDS = 5000;
const SSCC = /^\d{18}$/;
const steps: readonly unknown[] = ['armed', 'departed', 'delivered'];

type Step = Extract<InventoryFact, { kind: 'step' }>['event'];

/** Reads on where it stopped; what is not durable yet comes with a later call. */
export class LogInventory {
  readonly #log: LogReader;
  readonly #shipment: Uint8Array;
  readonly #fold: InventoryFold;
  readonly #until: Step | undefined;
  #next: number;

  /**
   * @param ordered SSCCs of the order
   * @param until the step with which the story ends; without one it goes to where the log ends
   */
  constructor(
    log: LogReader,
    { shipment, first_sequence }: StoredShipment,
    ordered: readonly string[],
    until?: Step,
  ) {
    this.#log = log;
    this.#shipment = shipment;
    this.#fold = new InventoryFold(ordered);
    this.#until = until;
    this.#next = first_sequence ?? 0;
  }

  /** Reads one page. @returns `step` once the step was met, `end` at the end of the log, else `more` */
  read(beyond = Number.POSITIVE_INFINITY): 'step' | 'end' | 'more' {
    // What was deleted by rule is not seen any more; readings of a shipment that runs are held.
    this.#next = this.#log.pruned.at(this.#next)?.beyond ?? this.#next;
    // A gap may reach further than the shipment did.
    if (this.#next >= beyond) return 'end';
    const leaves = this.#log.leaves(this.#next, Math.min(PAGE_RECORDS, beyond - this.#next));
    if (leaves.length === 0) return 'end';
    for (const leaf of leaves) {
      this.#next += 1;
      const fact = this.#factOf(decodeRecord(leaf));
      if (!fact) continue;
      this.#fold.add(fact);
      if (fact.kind === 'step' && fact.event === this.#until) return 'step';
    }
    return 'more';
  }

  inventory(): Inventory {
    return this.#fold.inventory();
  }

  #factOf(record: EvidenceRecord): InventoryFact | undefined {
    const { kind, observedAtMs: atMs } = record;
    const isOwn = Buffer.compare(record.shipment, this.#shipment) === 0;
    if (kind === recordKinds.shipmentEvent && isOwn) {
      const event = stepOf(this.#log.detail(record.sequence));
      return event && { kind: 'step', event, atMs };
    }
    // What belongs to another shipment is no surprise here.
    if (kind !== recordKinds.tagSighting || !(isOwn || record.shipment.length === 0)) return undefined;
    const sscc = tagIdentity(this.#log.nameOf(record.subject) ?? '');
    return SSCC.test(sscc) ? { kind: 'seen', sscc, atMs } : undefined;
  }
}

/**
 * As the log has it now.
 * @param name of the shipment
 * @param ordered SSCCs of its order
 */
export function inventoryOf(journal: JournalReader, name: string, ordered: readonly string[]): Inventory {
  const row = journal.shipment(name);
  if (!row || row.first_sequence === null || row.last_sequence === null) {
    return new InventoryFold(ordered).inventory();
  }
  const looking = new LogInventory(journal.log, row, ordered);
  while (looking.read(row.last_sequence + 1) !== 'end');
  return looking.inventory();
}

function stepOf(detail: string | undefined): Step | undefined {
  if (detail === undefined) return undefined;
  const { type, event } = JSON.parse(detail) as { type?: unknown; event?: unknown };
  return type === 'shipment' && steps.includes(event) ? (event as Step) : undefined;
}
