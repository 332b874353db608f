// Ruuvi Gateway over MQTT: ruuvi/GATEWAY/TAG carries the raw advertisement as hex in `data`.
// Source: docs.ruuvi.com, gateway data formats, MQTT time-stamped data from Bluetooth sensors.

import type { Arrival, Observation } from '../observation.js';
import { gapConditions, ruuviCounter } from './frame-gap.js';
import { valueAt } from './json-path.js';
import type { JsonValue } from './json-text.js';
import { observationOf } from './mapped-value.js';
import type { MappedMessage, RuuviMapping } from './mapping.js';
import { documentOf } from './payload.js';
import { idsOf } from './reachability.js';
import { readRuuviAdvertisement } from './ruuvi-advertisement.js';

export function mapRuuvi(
  mapping: RuuviMapping,
  payload: Uint8Array,
  at: Arrival,
  lastSequence: number | undefined,
): MappedMessage {
  const data = valueAt(documentOf(payload), ['data']);
  if (typeof data !== 'string') return { kind: 'refused', reason: 'the message has no data' };
  const measured = readRuuviAdvertisement(data);
  if (typeof measured === 'string') return { kind: 'refused', reason: measured };
  const tag = mapping.topic.split('/').at(-1)?.replaceAll(':', '').toLowerCase() ?? '';
  const isOther = measured.mac !== undefined && /^[0-9a-f]{12}$/.test(tag) && tag !== measured.mac;
  if (isOther) return { kind: 'refused', reason: 'the advertisement is of another tag than the topic' };
  const { temperatureMilliC, humidityMilliPercent, sequence } = measured;
  const readings: Observation[] = [
    ...reading(mapping.temperatureSensorId, 'milli-celsius', temperatureMilliC, at),
    ...reading(mapping.humiditySensorId, 'percent', humidityMilliPercent, at),
  ];
  const ids = idsOf([mapping]);
  const gaps = sequence === undefined ? [] : gapConditions(ruuviCounter, lastSequence, sequence, ids, at);
  return { kind: 'observations', observations: [...gaps, ...readings], sequence };
}

/** A value that the tag marks as invalid is a probe fault. */
function reading(
  sensorId: string | undefined,
  unit: 'milli-celsius' | 'percent',
  milli: number | undefined,
  at: Arrival,
): Observation[] {
  if (sensorId === undefined) return [];
  const digits = unit === 'percent' ? `${milli}e-3` : String(milli);
  const value: JsonValue = milli === undefined ? null : { digits };
  return [observationOf({ sensorId, path: '$', unit }, value, at)];
}
