// A shipment as it is kept beside the log: one row of JSON under `shipment/ID`, with all that is needed to go on after
// a restart. What happened to it is in the log; the row says only where it stands.

import * as z from 'zod';
import type { StateChange, StateView } from '../requests/request.js';
import { profileDocument, profileSchema, stabilityBands } from './profile-document.js';
import { ShipmentError } from './shipment-error.js';
import { instant, section, text } from './shipment-fields.js';
import { loadUnits, party, probes, products, shipmentId, stabilityLedger, tags } from './shipment-order.js';
import { isRunning, type ShipmentState, shipmentStates } from './shipment-states.js';
import { rangeSchema, rangeSources } from './transport-range.js';

const keyPrefix = 'shipment/';

const who = text(200);

/** What two persons must settle before the shipment may be armed. */
const dispute = section({
  /** Absent where the label tells no range. */
  label: rangeSchema.exactOptional(),
  order: rangeSchema,
  /** The newest word of each person, in the order in which they came. */
  confirmations: z.array(section({ by: who, role: text(64), range: z.enum(rangeSources), atMs: instant })),
  /** Set once two persons agree. */
  settled: z.enum(rangeSources).exactOptional(),
});

const shipmentSchema = section({
  id: shipmentId,
  state: z.enum(shipmentStates),
  /** In force: bent to the range that was agreed upon, if any was. */
  profile: profileSchema,
  probes,
  tags,
  /** SSCCs that the order says are to be loaded. */
  loadUnits: loadUnits.exactOptional(),
  consignor: party('consignor'),
  consignee: party('consignee'),
  carrier: party('carrier'),
  products,
  stabilityLedger: stabilityLedger.prefault([]),
  /** Kits of a clinical trial go with it: what the one with the least of it has left, outside of the range on its label. */
  kits: section({ trial: text(64), bands: stabilityBands }).exactOptional(),
  /** SSCC of the label. */
  sscc: text(18).exactOptional(),
  dispute: dispute.exactOptional(),
  /** When each state was entered, and by whom. */
  history: z.array(section({ state: z.enum(shipmentStates), atMs: instant, by: who })),
});

export type Shipment = z.infer<typeof shipmentSchema>;
export type RangeDispute = NonNullable<Shipment['dispute']>;

/** The row to keep. */
export function shipmentRow(shipment: Shipment): StateChange {
  return [
    `${keyPrefix}${shipment.id}`,
    JSON.stringify({ ...shipment, profile: profileDocument(shipment.profile) }),
  ];
}

/** The row that forgets one; what happened to it stays in the log. */
export const removedShipmentRow = (id: string): StateChange => [`${keyPrefix}${id}`, undefined];

/** States that hold no probe; any other word is looked at in full. */
const atRest: ReadonlySet<unknown> = new Set<ShipmentState>(
  shipmentStates.filter((state) => !isRunning(state)),
);

function parse<Parsed>(key: string, read: () => Parsed): Parsed {
  try {
    return read();
  } catch (cause) {
    throw new ShipmentError(key.slice(keyPrefix.length), cause);
  }
}

const parseShipment = (key: string, row: string) => parse(key, () => shipmentSchema.parse(JSON.parse(row)));

function isAtRest(key: string, row: string): boolean {
  const { state } = parse(key, () => z.looseObject({ state: z.unknown() }).parse(JSON.parse(row)));
  return atRest.has(state);
}

/**
 * A shipment by its id; undefined if there is none.
 * @throws ShipmentError SHIPMENT_UNREADABLE
 */
export function readShipment(state: StateView, id: string): Shipment | undefined {
  const key = `${keyPrefix}${id}`;
  const row = state.get(key);
  return row === undefined ? undefined : parseShipment(key, row);
}

/**
 * All shipments that ever were, by id.
 * @throws ShipmentError SHIPMENT_UNREADABLE
 */
export function readShipments(state: StateView): readonly Shipment[] {
  return state.entries(keyPrefix).map(([key, row]) => parseShipment(key, row));
}

/**
 * The shipments that hold their probes now, by id. Years of closed ones are only glanced at.
 * @throws ShipmentError SHIPMENT_UNREADABLE: a row that cannot be read may be of one that runs
 */
export function readRunningShipments(state: StateView): readonly Shipment[] {
  return state
    .entries(keyPrefix)
    .filter(([key, row]) => !isAtRest(key, row))
    .map(([key, row]) => parseShipment(key, row));
}
