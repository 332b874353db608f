// Which shipment a probe or a tag belongs to now. While a shipment is armed or under way, what its probes and tags say
// carries its name and is judged by its profile; everything else belongs to the shipment that the configuration names,
// or to none.

import type { AlarmProfile } from '../../config/alarm-profile.js';
import type { BudgetPlan } from '../excursions/budget-watch.js';
import type { StateView } from '../requests/request.js';
import { tagIdentities, tagIdentity } from './probe-claims.js';
import { readRunningShipments, type Shipment } from './shipment.js';
import { shipmentBudgets } from './shipment-budgets.js';
import type { ShipmentState } from './shipment-states.js';

export interface ActiveShipment {
  readonly id: string;
  readonly state: ShipmentState;
  /** In force: after a dispute over the range it is not the one that was ordered. */
  readonly profile: AlarmProfile;
  readonly profileHash: string;
  readonly sensorIds: readonly string[];
  /** Products whose life is counted. */
  readonly budgets: readonly BudgetPlan[];
  /** SSCCs as 18 digits, other tags as their EPC in lower-case hex. */
  readonly tags: readonly string[];
}

/**
 * The shipments that are armed or under way, by id.
 * @throws ShipmentError SHIPMENT_UNREADABLE
 */
export function activeShipments(state: StateView): readonly ActiveShipment[] {
  return readRunningShipments(state).map((shipment) => ({
    ...activeOf(shipment),
    budgets: shipmentBudgets(shipment),
  }));
}

function activeOf(shipment: Shipment) {
  const { id, state: stands, profile, probes } = shipment;
  return {
    id,
    state: stands,
    profile,
    profileHash: profile.hash,
    sensorIds: probes,
    tags: tagIdentities(shipment),
  };
}

/** Answers for every record; made anew when a shipment was armed or delivered. */
export class ShipmentLookup {
  readonly #bySubject = new Map<string, string>();
  readonly #fallback: string | undefined;

  /** @param fallback `shipment.id` of the configuration: for what no running shipment holds */
  constructor(active: readonly ActiveShipment[], fallback?: string) {
    this.#fallback = fallback;
    for (const { id, sensorIds, tags } of active) {
      for (const subject of [...sensorIds, ...tags]) this.#bySubject.set(subject, id);
    }
  }

  /** @param subjectName a sensor, an EPC in hex as read, or anything else that a record may be about */
  shipmentOf(subjectName: string): string | undefined {
    return (
      this.#bySubject.get(subjectName) ?? this.#bySubject.get(tagIdentity(subjectName)) ?? this.#fallback
    );
  }
}
