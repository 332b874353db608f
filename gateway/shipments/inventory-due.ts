// Which comparisons of load units a shipment still owes: a row under `inventory/ID`, written in the commit of the departure or
// delivery itself, so that no crash forgets one, and changed in the commit of the record that tells, so that none is told
// twice.

import * as z from 'zod';
import type { StateChange, StateView } from '../requests/request.js';
import type { Shipment } from './shipment.js';
import { section } from './shipment-fields.js';
import type { ShipmentStep } from './shipment-states.js';

const keyPrefix = 'inventory/';
const moments = ['departure', 'delivery'] as const;
/** At which a shipment is compared. */
export type InventoryMoment = (typeof moments)[number];

const dueSchema = section({
  /** In their order. */
  due: z.array(z.enum(moments)),
  /** Name of the matter; absent before the first comparison. */
  caseName: z.string().exactOptional(),
  /** Whether the last comparison told a difference. */
  hasDiffered: z.boolean(),
});

export type InventoryDue = z.infer<typeof dueSchema>;

const momentOf: Partial<Record<ShipmentStep, InventoryMoment>> = { depart: 'departure', deliver: 'delivery' };
const none: InventoryDue = { due: [], hasDiffered: false };

/** The rows that a step adds: nothing where the order names no load unit. */
export function inventoryRows(
  state: StateView,
  { id, loadUnits = [] }: Pick<Shipment, 'id' | 'loadUnits'>,
  step: ShipmentStep,
): readonly StateChange[] {
  const moment = momentOf[step];
  if (moment === undefined || loadUnits.length === 0) return [];
  const before = parse(state.get(keyPrefix + id)) ?? none;
  return [inventoryRow(id, { ...before, due: [...before.due, moment] })];
}

/** The row to keep; gone with the delivery, when nothing is owed any more. */
export function inventoryRow(id: string, due: InventoryDue | undefined): StateChange {
  return [keyPrefix + id, due && JSON.stringify(due)];
}

/** Shipments that owe a comparison. A row that cannot be read owes none. */
export function dueInventories(state: StateView): readonly (readonly [id: string, due: InventoryDue])[] {
  return state.entries(keyPrefix).flatMap(([key, row]) => {
    const due = parse(row);
    return due && due.due.length > 0 ? [[key.slice(keyPrefix.length), due] as const] : [];
  });
}

function parse(row: string | undefined): InventoryDue | undefined {
  if (row === undefined) return undefined;
  try {
    return dueSchema.safeParse(JSON.parse(row)).data;
  } catch {
    return undefined;
  }
}
