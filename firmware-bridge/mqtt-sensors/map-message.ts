// From one MQTT message to observations, by the mapping of its sensor. Pure; never throws on a payload.
// Whoever may publish may send anything: the payload is bounded in bytes and depth before it is read.

import type { Arrival, DeviceCondition, Observation } from '../observation.js';
import { parseJsonPath, valueAt } from './json-path.js';
import { JsonRefusal, type JsonValue, readJson } from './json-text.js';
import { observationOf } from './mapped-value.js';
import type { MappedMessage, MappedValue, SensorMapping, Zigbee2MqttMapping } from './mapping.js';
import { matchesTopicFilter } from './topic-filter.js';

/** A sensor's message is a few hundred bytes. */
export const maxPayloadBytes = 16_384;

const availabilitySuffix = '/availability';

/**
 * Maps a message that arrived at `at`. A value that the document does not have is left out; a document
 * with none of the values is refused. Throws BridgeError MAPPING_CONFIG only for a malformed path in the mapping.
 */
export function mapMessage(
  mapping: SensorMapping,
  topic: string,
  payload: Uint8Array,
  at: Arrival,
): MappedMessage {
  try {
    if (mapping.mapping === 'zigbee2mqtt') return mapZigbee(mapping, topic, payload, at);
    if (!matchesTopicFilter(mapping.topic, topic)) return { kind: 'ignored' };
    const observations = observationsOf(mapping.values, documentOf(payload), at);
    return observations.length > 0 ? { kind: 'observations', observations } : nothingFound(mapping.values);
  } catch (error) {
    if (error instanceof JsonRefusal) return { kind: 'refused', reason: error.message };
    throw error;
  }
}

function mapZigbee(
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
  // Zigbee2MQTT publishes null until the device has reported; other exposes come in messages of their own.
  const values = zigbeeValues(mapping).filter(({ path }) => {
    const value = valueAt(document, parseJsonPath(path));
    return value !== undefined && value !== null;
  });
  const observations = observationsOf(values, document, at);
  return observations.length > 0 ? { kind: 'observations', observations } : { kind: 'ignored' };
}

function zigbeeValues({ temperatureSensorId, humiditySensorId }: Zigbee2MqttMapping): MappedValue[] {
  const values: MappedValue[] = [];
  if (temperatureSensorId !== undefined) {
    values.push({ sensorId: temperatureSensorId, path: '$.temperature', unit: 'celsius' });
  }
  if (humiditySensorId !== undefined) {
    values.push({ sensorId: humiditySensorId, path: '$.humidity', unit: 'percent' });
  }
  return values;
}

/** `{"state":"offline"}`, or the bare word of older versions. */
function mapAvailability(mapping: Zigbee2MqttMapping, payload: Uint8Array, at: Arrival): MappedMessage {
  const text = textOf(payload).trim();
  const state = /^[a-z]+$/.test(text) ? text : valueAt(readJson(text), ['state']);
  if (state !== 'online' && state !== 'offline') {
    return { kind: 'refused', reason: 'availability is neither online nor offline' };
  }
  const condition: DeviceCondition['condition'] =
    state === 'online' ? 'probe-reachable' : 'probe-unreachable';
  const reason = `Zigbee2MQTT says that the device is ${state}`;
  const sensorIds = new Set(zigbeeValues(mapping).map(({ sensorId }) => sensorId));
  const observations = [...sensorIds].map(
    (deviceId): Observation => ({ kind: 'device-condition', deviceId, at, condition, reason }),
  );
  return observations.length > 0 ? { kind: 'observations', observations } : { kind: 'ignored' };
}

function observationsOf(values: readonly MappedValue[], document: JsonValue, at: Arrival): Observation[] {
  const observations: Observation[] = [];
  for (const mapped of values) {
    const value = valueAt(document, parseJsonPath(mapped.path));
    if (value !== undefined) observations.push(observationOf(mapped, value, at));
  }
  return observations;
}

function nothingFound(values: readonly MappedValue[]): MappedMessage {
  return { kind: 'refused', reason: `the message has no ${values.map(({ path }) => path).join(', ')}` };
}

function documentOf(payload: Uint8Array): JsonValue {
  return readJson(textOf(payload));
}

function textOf(payload: Uint8Array): string {
  if (payload.length > maxPayloadBytes) {
    throw new JsonRefusal(`${payload.length} bytes, at most ${maxPayloadBytes} are read`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(payload);
  } catch {
    throw new JsonRefusal('the payload is no UTF-8');
  }
}
