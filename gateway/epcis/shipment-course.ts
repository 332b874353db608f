// A shipment as the log has told it so far, and the events of its steps.

import type { DetailDocument } from '../sealing/draft-record.js';
import { tagIdentities } from '../shipments/probe-claims.js';
import { readShipmentLabel } from '../shipments/shipment-label.js';
import type { EpcisEvent } from './epcis-event.js';
import type { EventMoment } from './event-shape.js';
import type { GatewayNames } from './gateway-names.js';
import { arrivingEvent, custodyEvent, departingEvent, loadingEvent } from './handling-event.js';
import { probeMountEvent } from './probe-event.js';
import { holdEvent, verdictEvent } from './quality-event.js';
import { sectionOf, textOf, textsOf } from './source-record.js';

/** Plain JSON. */
export interface CourseState {
  readonly goods: readonly string[];
  readonly probes: readonly string[];
  readonly consignor: string;
  readonly consignee: string;
  readonly carrier: string;
  readonly profileName: string;
  readonly profileVersion: string;
  /** In force; changes when a disputed range is settled. */
  readonly profileHash: string;
  /** As the record names its states; `draft` before the first step. */
  readonly state: string;
}

/** The course that begins with the record `created`. @param atMs decides the century of dates on the label */
export function courseOf(
  id: string,
  { order: ordered, profileHash, state }: DetailDocument,
  atMs: number,
  names: GatewayNames,
): CourseState {
  const order = sectionOf(ordered);
  const profile = sectionOf(order.profile);
  const labelText = textOf(order.label);
  const label =
    labelText === undefined ? undefined : readShipmentLabel(labelText, new Date(atMs).getUTCFullYear());
  const sscc = label?.ok ? label.value.sscc : undefined;
  const identities = tagIdentities({
    tags: [...textsOf(order.tags)],
    loadUnits: [...textsOf(order.loadUnits)],
    ...(sscc === undefined ? {} : { sscc }),
  });
  return {
    goods: names.goods(id, identities),
    probes: textsOf(order.probes),
    consignor: textOf(order.consignor) ?? 'unknown',
    consignee: textOf(order.consignee) ?? 'unknown',
    carrier: textOf(order.carrier) ?? 'unknown',
    profileName: textOf(profile.name) ?? 'unknown',
    profileVersion: textOf(profile.version) ?? 'unknown',
    profileHash: textOf(profileHash) ?? 'unknown',
    state: textOf(state) ?? 'draft',
  };
}

/** The course after another record of the shipment. */
export function courseAfter(
  course: CourseState,
  { state, profileHash, profile }: DetailDocument,
): CourseState {
  const settled = sectionOf(profile);
  return {
    ...course,
    state: textOf(state) ?? course.state,
    profileHash: textOf(profileHash) ?? course.profileHash,
    profileName: textOf(settled.name) ?? course.profileName,
    profileVersion: textOf(settled.version) ?? course.profileVersion,
  };
}

/**
 * The events of a step, in the order in which they happened.
 * @param unmounted probes of the shipment that no event has named as part of the vehicle yet
 */
export function stepEvents(
  step: string | undefined,
  course: CourseState,
  moment: EventMoment,
  names: GatewayNames,
  unmounted: readonly string[],
): readonly EpcisEvent[] {
  const { goods } = course;
  const { vehicle } = names;
  const [consignor, carrier, consignee] = [course.consignor, course.carrier, course.consignee].map((name) =>
    names.party(name),
  ) as [string, string, string];
  switch (step) {
    case 'armed':
      return [
        ...unmounted.map((sensorId) =>
          probeMountEvent(moment, { vehicle, probe: names.probe(sensorId), isMounted: true }),
        ),
        loadingEvent(moment, { vehicle, goods, isLoaded: true }),
      ];
    case 'departed':
      return [
        custodyEvent(moment, { goods, from: consignor, to: carrier, isUnderWay: true }),
        departingEvent(moment, goods),
      ];
    case 'delivered':
      return [
        arrivingEvent(moment, goods),
        loadingEvent(moment, { vehicle, goods, isLoaded: false }),
        custodyEvent(moment, { goods, from: carrier, to: consignee, isUnderWay: false }),
      ];
    case 'review-begun':
      return [holdEvent(moment, goods)];
    case 'released':
      return [verdictEvent(moment, { goods, isReleased: true })];
    case 'rejected':
      return [verdictEvent(moment, { goods, isReleased: false })];
    default:
      return [];
  }
}
