// The watch over inventories from a configuration, for role-judges.ts.

import type { Config } from '../../config/schema.js';
import type { JournalReader } from '../journal/journal-reader.js';
import type { StateView } from '../requests/request.js';
import { InventoryWatch } from './inventory-watch.js';

const PERMILLE_PER_PERCENT = 10;

/** By the reader that reads worst: which one a unit passes is not known. */
export function openInventory(
  { authenticity }: Config,
  journal: JournalReader,
  state: StateView,
): InventoryWatch {
  const rates = (authenticity?.readers ?? []).map(({ readRatePercent }) => readRatePercent);
  const worst = rates.length === 0 ? undefined : Math.min(...rates) * PERMILLE_PER_PERCENT;
  return new InventoryWatch(journal, state, worst);
}
