// Zigbee2MQTT: the device's own topic, and TOPIC/availability. Battery and link quality say nothing of the cargo and
// are left out. Sources: zigbee2mqtt.io, MQTT topics and messages; its controller, availability and utils.

import type { Arrival, Observation } from '../observation.js';
import { valueAt } from './json-path.js';
import { type JsonValue, readJson } from './json-text.js';
import { observationsOf } from './mapped-value.js';
import type { MappedMessage, MappedValue, Zigbee2MqttMapping } from './mapping.js';
import { documentOf, integerOf, textOf } from './payload.js';
import { idsOf, reachabilityOf } from './reachability.js';
import { matchesTopicFilter } from './topic-filter.js';

const availabilitySuffix = '/availability';
/**
 * A message follows the radio within a second. What is older comes from the cache, which Zigbee2MQTT publishes when it
 * starts. Wide enough for the clocks of two machines to differ.
 */
const maxAgeMs = 5 * 60_000;

export function mapZigbee(
  mapping: Zigbee2MqttMapping,
  topic: string,
  payload: Uint8Array,
  at: Arrival,
): MappedMessage {
  if (topic.endsWith(availabilitySuffix)) {
    const isOurs = matchesTopicFilter(mapping.topic, topic.slice(0, -availabilitySuffix.length));
    return isOurs ? mapAvailability(mapping, payload, at) : { kind: 'ignored' };
  }
  if (!matchesTopicFilter(mapping.topic, topic)) return { kind: 'ignored' };
  const document = documentOf(payload);
  // Null until the device has reported; other exposes come in messages of their own.
  const values = zigbeeValues(mapping).filter(({ path }) => valueAt(document, [path.slice(2)]) !== null);
  const isStale = isOld(valueAt(document, ['last_seen']), at);
  const observations = observationsOf(values, document, at).map((seen) => (isStale ? staled(seen) : seen));
  return observations.length > 0 ? { kind: 'observations', observations } : { kind: 'ignored' };
}

/** Absent unless `advanced.last_seen` is set: ISO 8601 in UTC or with an offset, or Unix ms. */
function isOld(lastSeen: JsonValue | undefined, at: Arrival): boolean {
  const seenUnixMs = typeof lastSeen === 'string' ? isoUnixMs(lastSeen) : integerOf(lastSeen, 0, 1e15 - 1);
  return seenUnixMs !== undefined && at.unixMs - seenUnixMs > maxAgeMs;
}

/** Without a zone the time is nobody's, and not judged. */
function isoUnixMs(text: string): number | undefined {
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:Z|[+-]\d\d:\d\d)$/.test(text);
  const unixMs = isTime ? Date.parse(text) : Number.NaN;
  return Number.isNaN(unixMs) ? undefined : unixMs;
}

/** A fault stays the fault that it is. */
function staled(seen: Observation): Observation {
  return 'quality' in seen && seen.quality === 'good' ? { ...seen, quality: 'stale' } : seen;
}

function zigbeeValues(mapping: Zigbee2MqttMapping): MappedValue[] {
  const { temperatureSensorId, humiditySensorId, doorSensorId } = mapping;
  const values: MappedValue[] = [];
  if (temperatureSensorId !== undefined) {
    values.push({ sensorId: temperatureSensorId, path: '$.temperature', unit: 'celsius' });
  }
  if (humiditySensorId !== undefined) {
    values.push({ sensorId: humiditySensorId, path: '$.humidity', unit: 'percent' });
  }
  if (doorSensorId !== undefined) {
    // `contact` is true while magnet and switch are together: closed.
    values.push({
      sensorId: doorSensorId,
      path: '$.contact',
      unit: 'open-closed',
      open: 'false',
      closed: 'true',
    });
  }
  return values;
}

/** `{"state":"offline"}`, or the bare word of older versions; empty when a renamed device's message is cleared. */
function mapAvailability(mapping: Zigbee2MqttMapping, payload: Uint8Array, at: Arrival): MappedMessage {
  const text = textOf(payload).trim();
  if (text === '') return { kind: 'ignored' };
  const state = /^[a-z]+$/.test(text) ? text : valueAt(readJson(text), ['state']);
  const isReached = state === 'online' ? true : state === 'offline' ? false : undefined;
  return reachabilityOf(idsOf([mapping]), isReached, 'Zigbee2MQTT', at);
}
