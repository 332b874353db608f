// From an observation to a draft of a record: kinds, quality codes and details as PROTOCOL.md numbers them.

import type {
  Arrival,
  DeviceCondition,
  HumidityObservation,
  Observation,
  PositionObservation,
  TagSighting,
  TemperatureObservation,
} from '../../firmware-bridge/observation.js';
import { qualityCodes, recordKinds } from '../../ledger-sync/evidence/record.js';
import { type JudgeProof, proofDetail } from '../authenticity/proof/proof-detail.js';
import { chipDetailOf } from '../authenticity/tag-identity.js';
import type { ClockTrust } from '../clock/known-time.js';
import { backlogType } from '../excursions/judged-input.js';
import type { DetailDocument, DraftRecord } from '../sealing/draft-record.js';

/** What holds for every record at the moment it is drafted. */
export interface RecordContext {
  readonly bootCount: number;
  /** The shipment that a probe, tag, reader or anything else belongs to now. */
  shipmentOf(subjectName: string): string | undefined;
  clockTrust(): ClockTrust;
  /** A moment of the system clock as the gateway's own clock has it. */
  placed(at: Arrival): Arrival;
  /** What is doubtful about a probe's certificate at that moment; undefined: nothing that is known. */
  calibrationDoubt(sensorId: string, observedAtMs: number): 'calibration-expired' | undefined;
  /** Judges a chip's proof as far as that can be done here; without it none is judged. */
  readonly judgeProof?: JudgeProof;
}

interface Content {
  readonly at: Arrival;
  readonly kind: number;
  readonly subjectName: string;
  readonly isSalted?: boolean;
  readonly value?: number;
  readonly quality?: number;
  readonly detail?: DetailDocument;
  readonly aside?: DetailDocument | undefined;
}

/** Fills a draft from what is particular to it. */
export function draftOf(context: RecordContext, content: Content): DraftRecord {
  const at = context.placed(content.at);
  const { aside } = content;
  const draft: DraftRecord = {
    observedAtMs: Math.max(0, Math.round(at.unixMs)),
    uptimeMs: Math.max(0, Math.round(at.uptimeMs)),
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
  return aside === undefined ? draft : { ...draft, aside };
}

function sightingDetail(context: RecordContext, sighting: TagSighting): DetailDocument {
  const { proof } = sighting;
  const result = context.judgeProof?.(sighting);
  return {
    type: 'tag-sighting',
    reader: sighting.readerId,
    antenna: sighting.antenna,
    ...(sighting.pc === undefined ? {} : { pc: sighting.pc }),
    ...(sighting.tid === undefined ? {} : chipDetailOf(sighting.epc, sighting.tid)),
    ...(proof === undefined || result === undefined ? {} : { proof: proofDetail(proof, result) }),
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

/** A message may be under way so long, and clocks may differ by so much, without being worth a word. */
const PROMPT_MS = 60_000;
/** No sensor keeps more; what is older comes from a clock that is wrong. */
const MAX_AGE_MS = 45 * 86_400_000;

/** How far a reading may be trusted, and how old it is. */
function trustOf(
  context: RecordContext,
  { kind, sensorId, at: arrived, quality, measuredUnixMs }: TemperatureObservation | HumidityObservation,
): Pick<Content, 'quality' | 'detail'> {
  const at = context.placed(arrived);
  const isSynchronised = context.clockTrust() > 0;
  const ageMs = measuredUnixMs === undefined ? 0 : at.unixMs - measuredUnixMs;
  const isPrompt = Math.abs(ageMs) <= PROMPT_MS;
  // Without a clock of one's own, or with one of the sensor's that cannot be right, nobody knows when that was.
  const isPlaced = isPrompt || (isSynchronised && ageMs > 0 && ageMs <= MAX_AGE_MS);
  const doubt =
    kind === 'temperature' && isSynchronised ? context.calibrationDoubt(sensorId, at.unixMs) : undefined;
  const trusted = quality !== 'good' ? quality : isPlaced ? (doubt ?? 'good') : 'stale';
  const measuredAtMs = Math.max(0, Math.round(measuredUnixMs ?? 0));
  return {
    quality: qualityCodes[trusted],
    ...(isPrompt ? {} : { detail: { type: backlogType, measuredAtMs } }),
  };
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
        ...trustOf(context, observation),
      });
    case 'humidity':
      return draftOf(context, {
        at,
        kind: recordKinds.humidity,
        subjectName: observation.sensorId,
        value: observation.humidityMilliPercent,
        ...trustOf(context, observation),
      });
    case 'tag-sighting':
      return draftOf(context, {
        at,
        kind: recordKinds.tagSighting,
        subjectName: observation.epc,
        isSalted: true,
        value: (observation.bestRssiDbm ?? 0) * 1000,
        detail: sightingDetail(context, observation),
        // The maker's service knows a chip by its number, which is in no record.
        aside:
          observation.proof?.shortTid === undefined ? undefined : { shortTid: observation.proof.shortTid },
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
        value: Math.round(observation.sourceUnixMs - context.placed(at).unixMs),
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
