// Goods are loaded and unloaded (AggregationEvent), leave and arrive, and change hands (ObjectEvent). The vocabulary
// excludes `shipping` beside loading and departing, and `receiving` beside arriving and accepting: neither is used.

import type { BizTransaction, EpcisEvent } from './epcis-event.js';
import { type EventMoment, momentFields, named } from './event-shape.js';

export interface LoadedGoods {
  readonly vehicle: string;
  readonly goods: readonly string[];
  readonly isLoaded: boolean;
  readonly papers?: readonly BizTransaction[] | undefined;
}

const papersField = (papers: readonly BizTransaction[] | undefined) =>
  papers === undefined || papers.length === 0 ? {} : { bizTransactionList: papers };

/** The goods go into the vehicle, or out of it. */
export function loadingEvent(moment: EventMoment, loaded: LoadedGoods): EpcisEvent {
  const { vehicle, goods, isLoaded, papers } = loaded;
  return named({
    type: 'AggregationEvent',
    ...momentFields(moment),
    parentID: vehicle,
    childEPCs: goods,
    action: isLoaded ? 'ADD' : 'DELETE',
    bizStep: isLoaded ? 'loading' : 'unloading',
    disposition: isLoaded ? 'in_transit' : 'in_progress',
    ...papersField(papers),
  });
}

/** The goods leave. */
export function departingEvent(moment: EventMoment, goods: readonly string[]): EpcisEvent {
  return movementEvent(moment, goods, 'departing', 'in_transit');
}

/** The goods arrive. */
export function arrivingEvent(moment: EventMoment, goods: readonly string[]): EpcisEvent {
  return movementEvent(moment, goods, 'arriving', 'in_progress');
}

function movementEvent(moment: EventMoment, goods: readonly string[], bizStep: string, disposition: string) {
  return named({
    type: 'ObjectEvent',
    ...momentFields(moment),
    epcList: goods,
    action: 'OBSERVE',
    bizStep,
    disposition,
  });
}

export interface ChangeOfHands {
  readonly goods: readonly string[];
  /** PGLN of the party that gives. */
  readonly from: string;
  readonly to: string;
  /** Still under way afterwards. */
  readonly isUnderWay: boolean;
  readonly papers?: readonly BizTransaction[] | undefined;
}

/** Another party accepts the goods. */
export function custodyEvent(moment: EventMoment, hands: ChangeOfHands): EpcisEvent {
  const { goods, from, to, isUnderWay, papers } = hands;
  return named({
    type: 'ObjectEvent',
    ...momentFields(moment),
    epcList: goods,
    action: 'OBSERVE',
    bizStep: 'accepting',
    disposition: isUnderWay ? 'in_transit' : 'in_progress',
    ...papersField(papers),
    sourceList: [{ type: 'possessing_party', source: from }],
    destinationList: [{ type: 'possessing_party', destination: to }],
  });
}
