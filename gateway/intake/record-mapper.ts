// From an observation to a draft of a record: kinds, quality codes and details as PROTOCOL.md numbers them.

import type {
  Arrival,
  DeviceCondition,
  Observation,
  PositionObservation,
  TagSighting,
} from '../../firmware-bridge/observation.js';
import { qualityCodes, recordKinds } from '../../ledger-sync/evidence/record.js';
import type { DetailDocument, DraftRecord } from '../sealing/draft-record.js';
import type { ClockTrust } from './boot.js';

/** What holds for every record at the moment it is drafted. */
export interface RecordContext {
  readonly bootCount: number;
  /** The shipment that a probe, tag, reader or anything else belongs to now. */
  shipmentOf(subjectName: string): string | undefined;
  clockTrust(): ClockTrust;
}

interface Content {
  readonly at: Arrival;
  readonly kind: number;
  readonly subjectName: string;
  readonly isSalted?: boolean;
  readonly value?: number;
  readonly quality?: number;
  readonly detail?: DetailDocument;
}

/** Fills a draft from what is particular to it. */
export function draftOf(context: RecordContext, content: Content): DraftRecord {
  return {
    observedAtMs: Math.max(0, Math.round(content.at.unixMs)),
    uptimeMs: Math.max(0, Math.round(content.at.uptimeMs)),
    bootCount: context.bootCount,
    clockTrust: context.clockTrust(),
    kind: content.kind,
    subjectName: content.subjectName,
    isSalted: content.isSalted ?? false,
    value: content.value ?? 0,
    quality: content.quality ?? qualityCodes.good,
    shipmentName: context.shipmentOf(content.subjectName),
    detail: content.detail,
  };
}

function sightingDetail(sighting: TagSighting): DetailDocument {
  return {
    type: 'tag-sighting',
    reader: sighting.readerId,
    antenna: sighting.antenna,
    ...(sighting.pc === undefined ? {} : { pc: sighting.pc }),
    count: sighting.count,
    ...(sighting.bestRssiDbm === undefined ? {} : { bestRssiDbm: sighting.bestRssiDbm }),
    lastSeenUptimeMs: Math.round(sighting.lastSeenUptimeMs),
  };
}

function positionDetail(position: PositionObservation): DetailDocument {
  const { latitudeDegE7, longitudeDegE7, speedMmPerS, satellites, hdopCenti, fixUnixMs } = position;
  return {
    type: 'position',
    latitudeDegE7,
    longitudeDegE7,
    ...(speedMmPerS === undefined ? {} : { speedMmPerS }),
    ...(satellites === undefined ? {} : { satellites }),
    ...(hdopCenti === undefined ? {} : { hdopCenti }),
    ...(fixUnixMs === undefined ? {} : { fixUnixMs }),
  };
}

function conditionDetail(condition: DeviceCondition): DetailDocument {
  return { type: 'device-condition', condition: condition.condition, reason: condition.reason };
}

/** The draft that an observation becomes. A tag's EPC is salted per shipment; its value is the best RSSI in milli-dBm. */
export function draftOfObservation(context: RecordContext, observation: Observation): DraftRecord {
  const { at } = observation;
  switch (observation.kind) {
    case 'temperature':
      return draftOf(context, {
        at,
        kind: recordKinds.temperature,
        subjectName: observation.sensorId,
        value: observation.temperatureMilliC,
        quality: qualityCodes[observation.quality],
      });
    case 'humidity':
      return draftOf(context, {
        at,
        kind: recordKinds.humidity,
        subjectName: observation.sensorId,
        value: observation.humidityMilliPercent,
        quality: qualityCodes[observation.quality],
      });
    case 'tag-sighting':
      return draftOf(context, {
        at,
        kind: recordKinds.tagSighting,
        subjectName: observation.epc,
        isSalted: true,
        value: (observation.bestRssiDbm ?? 0) * 1000,
        detail: sightingDetail(observation),
      });
    case 'position':
      return draftOf(context, {
        at,
        kind: recordKinds.position,
        subjectName: observation.sensorId,
        detail: positionDetail(observation),
      });
    case 'time':
      return draftOf(context, {
        at,
        kind: recordKinds.timeBeacon,
        subjectName: observation.sensorId,
        value: Math.round(observation.sourceUnixMs - at.unixMs),
        detail: { type: 'time-beacon', sourceUnixMs: observation.sourceUnixMs },
      });
    case 'door':
      return draftOf(context, {
        at,
        kind: recordKinds.door,
        subjectName: observation.sensorId,
        value: observation.isOpen ? 1 : 0,
        quality: qualityCodes[observation.quality],
      });
    case 'calibration-offset':
      return draftOf(context, {
        at,
        kind:
          observation.quantity === 'humidity' ? recordKinds.humidityOffset : recordKinds.temperatureOffset,
        subjectName: observation.sensorId,
        value: observation.offsetMilli,
        detail: { type: 'calibration-offset', register: observation.register },
      });
    case 'device-condition':
      return draftOf(context, {
        at,
        kind: recordKinds.deviceCondition,
        subjectName: observation.deviceId,
        detail: conditionDetail(observation),
      });
  }
}
