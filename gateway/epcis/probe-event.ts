// A probe is mounted in a vehicle, or taken out: AssociationEvent. A probe that has failed: ObjectEvent on the probe.

import type { EpcisEvent } from './epcis-event.js';
import { type EventMoment, momentFields, named } from './event-shape.js';
import { sensorMetadata } from './telemetry-event.js';

export interface MountedProbe {
  readonly vehicle: string;
  readonly probe: string;
  readonly isMounted: boolean;
}

/** The probe joins the vehicle, or leaves it. */
export function probeMountEvent(moment: EventMoment, mounted: MountedProbe): EpcisEvent {
  const { vehicle, probe, isMounted } = mounted;
  return named({
    type: 'AssociationEvent',
    ...momentFields(moment),
    parentID: vehicle,
    childEPCs: [probe],
    action: isMounted ? 'ADD' : 'DELETE',
    bizStep: isMounted ? 'installing' : 'removing',
  });
}

export interface ProbeFault {
  readonly probe: string;
  /** URI that names the kind of fault. */
  readonly fault: string;
  /** False where the probe may be sound and only nothing is known of it. */
  readonly isBroken: boolean;
  /** Since when, where the end of it is told. */
  readonly sinceMs?: number | undefined;
  readonly rawData?: string | undefined;
}

/** The probe cannot be believed. It says nothing about the goods: a fault is not an excursion. */
export function probeFaultEvent(moment: EventMoment, told: ProbeFault): EpcisEvent {
  const { probe, fault, isBroken, sinceMs, rawData } = told;
  const { atMs } = moment;
  const times = sinceMs === undefined ? { atMs } : { startMs: sinceMs, endMs: atMs };
  return named({
    type: 'ObjectEvent',
    ...momentFields(moment),
    epcList: [probe],
    action: 'OBSERVE',
    bizStep: 'sensor_reporting',
    ...(isBroken ? { disposition: 'needs_replacement' } : {}),
    sensorElementList: [
      {
        sensorMetadata: sensorMetadata(times, { probe, rawData }),
        sensorReport: [{ type: 'Temperature', exception: 'ERROR_CONDITION', uriValue: fault }],
      },
    ],
  });
}
