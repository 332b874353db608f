// From one MQTT message to observations, by the mapping of its sensor. Pure; never throws on a payload.
// Whoever may publish may send anything: the payload is bounded in bytes and depth before it is read.

import type { Arrival } from '../observation.js';
import { mapChirpstack } from './chirpstack.js';
import { JsonRefusal } from './json-text.js';
import { observationsOf } from './mapped-value.js';
import type { GenericMapping, MappedMessage, SensorMapping } from './mapping.js';
import { withOwnTime } from './own-time.js';
import { documentOf } from './payload.js';
import { mapRuuvi } from './ruuvi.js';
import { mapShelly, mapShellyGen1 } from './shelly.js';
import { mapTagEvents } from './tag-events.js';
import { mapTasmota } from './tasmota.js';
import { matchesTopicFilter } from './topic-filter.js';
import { mapZigbee } from './zigbee2mqtt.js';

/**
 * Maps a message that arrived at `at`. A value that the document does not have is left out; a document
 * with none of the values is refused. `lastSequence` is the `sequence` of this sensor's last message that was
 * kept, undefined for the first. Throws BridgeError MAPPING_CONFIG only for a malformed path in the mapping.
 */
export function mapMessage(
  mapping: SensorMapping,
  topic: string,
  payload: Uint8Array,
  at: Arrival,
  lastSequence?: number,
): MappedMessage {
  try {
    return mapByKind(mapping, topic, payload, at, lastSequence);
  } catch (error) {
    if (error instanceof JsonRefusal) return { kind: 'refused', reason: error.message };
    throw error;
  }
}

function mapByKind(
  mapping: SensorMapping,
  topic: string,
  payload: Uint8Array,
  at: Arrival,
  lastSequence: number | undefined,
): MappedMessage {
  switch (mapping.mapping) {
    case 'zigbee2mqtt':
      return mapZigbee(mapping, topic, payload, at);
    case 'shelly':
      return mapShelly(mapping, topic, payload, at);
    case 'shelly-gen1':
      return mapShellyGen1(mapping, topic, payload, at);
    case 'tasmota':
      return mapTasmota(mapping, topic, payload, at);
    default:
      break;
  }
  if (!matchesTopicFilter(mapping.topic, topic)) return { kind: 'ignored' };
  switch (mapping.mapping) {
    case 'chirpstack':
      return mapChirpstack(mapping, payload, at, lastSequence);
    case 'ruuvi':
      return mapRuuvi(mapping, payload, at, lastSequence);
    case 'generic':
      return mapGeneric(mapping, payload, at);
    default:
      return mapTagEvents(mapping, payload, at);
  }
}

function mapGeneric({ values, time }: GenericMapping, payload: Uint8Array, at: Arrival): MappedMessage {
  const document = documentOf(payload);
  // Sketches that publish JSON of their own are where DS18B20 libraries are at home.
  const read = observationsOf(values, document, at, 'ds18b20');
  const observations = time ? withOwnTime(read, document, time) : read;
  if (observations.length > 0) return { kind: 'observations', observations };
  return { kind: 'refused', reason: `the message has no ${values.map(({ path }) => path).join(', ')}` };
}
