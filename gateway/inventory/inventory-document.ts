// What a comparison says, as the document of a record: which units are missing, which were only not seen, and how likely a
// reader is to have missed them. Pure.

import type { Severity } from '../../config/alarm-profile.js';
import { missedPermille, UNLIKELY_PERMILLE } from '../authenticity/read-rate.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import type { InventoryMoment } from '../shipments/inventory-due.js';
import type { Inventory } from './inventory.js';

export const inventoryType = 'inventory';

/** A yard full of others' pallets must not make a document that no message holds. */
const MOST_STRANGERS = 256;

/** What is known of a shipment's comparisons before this one. */
export interface ComparedBefore {
  /** Names the matter in alerts: a shipment's name must be in no topic. */
  readonly caseName: string;
  /** Whether an earlier comparison told a difference. */
  readonly hasDiffered: boolean;
}

/** Whether a person must look: a unit that is there now was only missed earlier, which is nobody's business. */
function differs({ missing, notUnloaded, notOrdered }: Inventory, notSeen: readonly string[]): boolean {
  return [missing, notSeen, notUnloaded, notOrdered].some((units) => units.length > 0);
}

/**
 * @param moment at which the shipment was compared
 * @param readRatePermille how likely one round reads a tag that is there
 */
export function inventoryDocument(
  inventory: Inventory,
  moment: InventoryMoment,
  { caseName, hasDiffered }: ComparedBefore,
  readRatePermille: number,
): DetailDocument {
  const isDeparture = moment === 'departure';
  const { ordered, missing, notOrdered, notUnloaded } = inventory;
  const notLoaded = inventory.notLoaded.filter((sscc) => !missing.includes(sscc));
  const isDifferent = differs(inventory, isDeparture ? notLoaded : []);
  const rounds = isDeparture ? inventory.loadingRounds : inventory.unloadingRounds;
  const chance = missedPermille(readRatePermille, rounds);
  const isGrave = missing.length > 0 || notOrdered.length > 0 || chance <= UNLIKELY_PERMILLE;
  const severity: Severity = isGrave ? 'major' : 'minor';
  return {
    ...{ type: inventoryType, case: caseName, event: isDifferent ? 'differs' : 'agrees', compared: moment },
    ...(hasDiffered ? { before: 'differs' } : {}),
    ...(isDifferent ? { severity } : {}),
    orderedUnits: ordered.length,
    seenUnits: (isDeparture ? inventory.loaded : inventory.unloaded).length,
    ...{ missing, notLoaded, notUnloaded },
    notOrdered: notOrdered.slice(0, MOST_STRANGERS),
    notOrderedUnits: notOrdered.length,
    ...{ rounds, missedPermille: chance },
  };
}

/** Whether such a document is for people's eyes: a difference, or the end of one. */
export function isInventoryAlert(detail: {
  readonly type?: unknown;
  readonly event?: unknown;
  readonly before?: unknown;
}): boolean {
  return detail.type === inventoryType && (detail.event === 'differs' || detail.before === 'differs');
}
