// Compares each shipment that has departed or was delivered with its order, and tells once. The look through the log goes in
// slices, one a tick, so that a journey of weeks stops nothing; what a crash cuts short begins anew.

import { recordKinds } from '../../ledger-sync/evidence/record.js';
import type { JournalReader } from '../journal/journal-reader.js';
import type { StateView } from '../requests/request.js';
import type { DraftRecord, StateRow } from '../sealing/draft-record.js';
import { dueInventories, type InventoryDue, inventoryRow } from '../shipments/inventory-due.js';
import { readShipment } from '../shipments/shipment.js';
import { ShipmentError } from '../shipments/shipment-error.js';
import { inventoryDocument } from './inventory-document.js';
import { LogInventory } from './log-inventory.js';

/** What must join the commit. */
export interface InventoryChange {
  readonly drafts: readonly DraftRecord[];
  readonly judgeState: readonly StateRow[];
}

interface Job {
  readonly id: string;
  readonly looking: LogInventory;
}

const countKey = 'inventory-count';
const DEFAULT_READ_RATE_PERMILLE = 900;
const nothing: InventoryChange = { drafts: [], judgeState: [] };

export class InventoryWatch {
  readonly #journal: JournalReader;
  readonly #state: StateView;
  readonly #readRatePermille: number;
  #job: Job | undefined;

  /**
   * @param state changed by the caller with what each call gives, before the next call
   * @param readRatePermille of the reader that reads worst
   */
  constructor(journal: JournalReader, state: StateView, readRatePermille = DEFAULT_READ_RATE_PERMILLE) {
    this.#journal = journal;
    this.#state = state;
    this.#readRatePermille = readRatePermille;
  }

  /** @param base a draft of this moment */
  tick(base: DraftRecord): InventoryChange {
    const owed = dueInventories(this.#state);
    const [id, due] = owed.find(([one]) => one === this.#job?.id) ?? owed[0] ?? [];
    const moment = due?.due[0];
    if (id === undefined || due === undefined || moment === undefined) return nothing;
    const ordered = this.#orderedBy(id);
    // Erased, or not to be read: whoever opens it is told.
    if (!ordered) return { drafts: [], judgeState: [inventoryRow(id, undefined)] };
    if (this.#job?.id !== id) {
      const row = this.#journal.shipment(id);
      if (!row || row.first_sequence === null) return nothing;
      const step = moment === 'departure' ? 'departed' : 'delivered';
      this.#job = { id, looking: new LogInventory(this.#journal.log, row, ordered, step) };
    }
    const { looking } = this.#job;
    if (looking.read() !== 'step') return nothing;
    this.#job = undefined;
    return this.#told(id, due, looking, base);
  }

  #told(id: string, { due, caseName, hasDiffered }: InventoryDue, looking: LogInventory, base: DraftRecord) {
    const [moment = 'departure', ...left] = due;
    const count = Number(this.#state.get(countKey) ?? 0) + 1;
    const name = caseName ?? `inventory-${count}`;
    const before = { caseName: name, hasDiffered };
    const detail = inventoryDocument(looking.inventory(), moment, before, this.#readRatePermille);
    const next = { due: left, caseName: name, hasDiffered: detail.event === 'differs' };
    const judgeState: StateRow[] = [inventoryRow(id, moment === 'delivery' ? undefined : next)];
    if (caseName === undefined) judgeState.push([countKey, String(count)]);
    const about = { subjectName: id, isSalted: true, shipmentName: id, value: 0, quality: 0 };
    return { drafts: [{ ...base, ...about, kind: recordKinds.shipmentEvent, detail }], judgeState };
  }

  #orderedBy(id: string): readonly string[] | undefined {
    try {
      return readShipment(this.#state, id)?.loadUnits;
    } catch (error) {
      if (error instanceof ShipmentError) return undefined;
      throw error;
    }
  }
}
