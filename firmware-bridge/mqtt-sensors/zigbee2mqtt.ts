// Zigbee2MQTT: the device's own topic, and TOPIC/availability. Battery, link quality and last_seen say nothing of
// the cargo and are left out. Source: zigbee2mqtt.io, exposes and availability.

import type { Arrival } from '../observation.js';
import { valueAt } from './json-path.js';
import { readJson } from './json-text.js';
import { observationsOf } from './mapped-value.js';
import type { MappedMessage, MappedValue, Zigbee2MqttMapping } from './mapping.js';
import { documentOf, textOf } from './payload.js';
import { idsOf, reachabilityOf } from './reachability.js';
import { matchesTopicFilter } from './topic-filter.js';

const availabilitySuffix = '/availability';

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
  const observations = observationsOf(values, document, at);
  return observations.length > 0 ? { kind: 'observations', observations } : { kind: 'ignored' };
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
    // `contact` is true while magnet and switch are together.
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

/** `{"state":"offline"}`, or the bare word of older versions. */
function mapAvailability(mapping: Zigbee2MqttMapping, payload: Uint8Array, at: Arrival): MappedMessage {
  const text = textOf(payload).trim();
  const state = /^[a-z]+$/.test(text) ? text : valueAt(readJson(text), ['state']);
  const isReached = state === 'online' ? true : state === 'offline' ? false : undefined;
  return reachabilityOf(idsOf([mapping]), isReached, 'Zigbee2MQTT', at);
}
