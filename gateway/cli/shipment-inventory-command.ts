// `coldgate shipment inventory`: which load units were ordered, seen when loaded, and seen when unloaded.

import { loadConfig } from '../../config/load.js';
import { hasDifference, type Inventory } from '../inventory/inventory.js';
import { inventoryOf } from '../inventory/log-inventory.js';
import { JournalReader } from '../journal/journal-reader.js';
import { journalPathOf } from '../journal/paths.js';
import { StateStore } from '../requests/state-store.js';
import { readShipment } from '../shipments/shipment.js';
import { type CliIo, type ExitCode, exitCodes } from './cli-io.js';

export interface InventoryOptions {
  readonly id: string;
  readonly config: string;
  readonly json?: boolean;
}

/** Exit code 1: something is not as ordered, or there is no such shipment. @throws ConfigError, JournalError, ShipmentError */
export async function runShipmentInventory(options: InventoryOptions, io: CliIo): Promise<ExitCode> {
  const journal = new JournalReader(journalPathOf(loadConfig(options.config).gateway.dataDir));
  try {
    const shipment = readShipment(new StateStore(journal.judgeStates()), options.id);
    if (!shipment) {
      io.err(`coldgate: there is no shipment ${JSON.stringify(options.id)} [SHIPMENT_UNKNOWN]`);
      io.err('  hint: coldgate shipment list shows them');
      return exitCodes.refuted;
    }
    const inventory = inventoryOf(journal, shipment.id, shipment.loadUnits ?? []);
    if (options.json) io.out(JSON.stringify(inventory, undefined, 2));
    else for (const line of inventoryLines(shipment.id, inventory)) io.out(line);
    return hasDifference(inventory) ? exitCodes.refuted : exitCodes.ok;
  } finally {
    journal.close();
  }
}

function inventoryLines(id: string, inventory: Inventory): string[] {
  const { ordered, loaded, unloaded, phase } = inventory;
  const counts = `${ordered.length} ordered, ${loaded.length} seen at loading`;
  const end = phase === 'delivered' ? `, ${unloaded.length} seen at unloading` : '';
  const isGone = phase === 'under-way' || phase === 'delivered';
  return [
    `shipment ${id}, ${phase}: ${counts}${end}`,
    ...inventory.notLoaded.map(
      (sscc) => `  ${sscc}  ${isGone ? notLoaded(sscc, inventory) : 'not seen yet'}`,
    ),
    ...inventory.notUnloaded.map((sscc) => `  ${sscc}  not seen at unloading, but before`),
    ...inventory.notOrdered.map((sscc) => `  ${sscc}  seen, not ordered`),
  ];
}

const notLoaded = (sscc: string, { missing }: Inventory) =>
  missing.includes(sscc) ? 'ordered, seen nowhere' : 'not seen at loading, but elsewhere';
