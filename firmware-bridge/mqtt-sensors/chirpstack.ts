// ChirpStack v4 uplink events (MQTT integration, JSON): values that the device profile's codec put into `object`.
// Source: chirpstack-docs, integrations/events and integrations/mqtt; integration.proto of chirpstack.

import type { Arrival } from '../observation.js';
import { gapConditions, lorawanCounter } from './frame-gap.js';
import { valueAt } from './json-path.js';
import { observationsOf } from './mapped-value.js';
import type { ChirpstackMapping, MappedMessage } from './mapping.js';
import { documentOf, integerOf } from './payload.js';

/** application/ID/device/DEVEUI/event/up */
const devEuiLevel = 3;
const maxFCnt = 0xffff_ffff;

export function mapChirpstack(
  mapping: ChirpstackMapping,
  payload: Uint8Array,
  at: Arrival,
  lastSequence: number | undefined,
): MappedMessage {
  const document = documentOf(payload);
  const devEui = valueAt(document, ['deviceInfo', 'devEui']);
  const expected = mapping.topic.split('/')[devEuiLevel]?.toLowerCase();
  if (typeof devEui !== 'string' || devEui.toLowerCase() !== expected) {
    return { kind: 'refused', reason: 'deviceInfo.devEui is not the device of the topic' };
  }
  // JSON made from protobuf leaves a 0 out: the first frame after a join has no fCnt, as in the maker's example.
  const fCnt = integerOf(valueAt(document, ['fCnt']) ?? { digits: '0' }, 0, maxFCnt);
  if (fCnt === undefined) return { kind: 'refused', reason: 'fCnt is no frame counter' };
  const ids = mapping.values.map(({ sensorId }) => sensorId);
  const gaps = gapConditions(lorawanCounter, lastSequence, fCnt, ids, at);
  const fPort = integerOf(valueAt(document, ['fPort']), 0, 255);
  const isForUs = mapping.fPort === undefined || mapping.fPort === fPort;
  const object = valueAt(document, ['object']);
  const readings = isForUs && object instanceof Map ? observationsOf(mapping.values, object, at) : [];
  if (isForUs && readings.length === 0) {
    const isDecoded = object instanceof Map;
    const reason = isDecoded
      ? 'the decoded object has none of the values'
      : 'the uplink has no decoded object: set a codec in the device profile';
    return { kind: 'refused', reason };
  }
  // An uplink on another port is counted too, else the next one would look like a gap.
  return { kind: 'observations', observations: [...gaps, ...readings], sequence: fCnt };
}
