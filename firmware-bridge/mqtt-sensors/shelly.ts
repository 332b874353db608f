// Shelly devices. Gen1 publishes one bare value per topic; Gen2 and later one JSON object per component, and
// NotifyStatus frames with what changed. Sources: shelly-api-docs.shelly.cloud, gen2, MQTT, Notifications and
// Temperature; for gen1 public captures of its topics.

import type { Arrival } from '../observation.js';
import { milliUnitsOf } from './decimal.js';
import { valueAt } from './json-path.js';
import type { JsonValue } from './json-text.js';
import { observationOf, type ProbeKind } from './mapped-value.js';
import type { MappedMessage, ShellyGen1Mapping, ShellyMapping } from './mapping.js';
import { documentOf, scalarText, textOf } from './payload.js';
import { idsOf, reachabilityOf } from './reachability.js';
import { shellyGen1Topics, shellyTopics, type TopicValue } from './sensor-topics.js';

/** Gen1 firmware tells 999, of temperature and humidity alike, for a probe that is not there. */
const missingMilli = 999_000;
/** The add-ons' temperature probes are DS18B20s; what is built in is not. */
const probeKind = ({ isExternal }: TopicValue): ProbeKind => (isExternal ? 'ds18b20' : 'other');

/** PREFIX/online is `true`, and `false` by its last will. */
function mapOnline(
  mapping: ShellyMapping | ShellyGen1Mapping,
  payload: Uint8Array,
  at: Arrival,
): MappedMessage {
  const text = textOf(payload).trim();
  const isReached = text === 'true' ? true : text === 'false' ? false : undefined;
  return reachabilityOf(idsOf(mapping.probes), isReached, 'its topic online', at);
}

export function mapShellyGen1(
  mapping: ShellyGen1Mapping,
  topic: string,
  payload: Uint8Array,
  at: Arrival,
): MappedMessage {
  if (topic === `${mapping.topic}/online`) return mapOnline(mapping, payload, at);
  const found = shellyGen1Topics(mapping).get(topic);
  if (found === undefined) return { kind: 'ignored' };
  const temperatureUnit = found.isExternal ? 'celsius' : mapping.unit;
  const unit = found.quantity === 'humidity' ? 'percent' : temperatureUnit;
  const value: JsonValue = documentOf(payload);
  const isMissing = milliUnitsOf(scalarText(value) ?? '', 'celsius') === missingMilli;
  const mapped = { sensorId: found.sensorId, path: '$', unit } as const;
  const observation = observationOf(mapped, isMissing ? null : value, at, probeKind(found));
  return { kind: 'observations', observations: [observation] };
}

export function mapShelly(
  mapping: ShellyMapping,
  topic: string,
  payload: Uint8Array,
  at: Arrival,
): MappedMessage {
  if (topic === `${mapping.topic}/online`) return mapOnline(mapping, payload, at);
  const table = shellyTopics(mapping);
  if (topic === `${mapping.topic}/events/rpc`) return mapNotification(mapping, table, payload, at);
  const found = table.get(topic);
  if (found === undefined) return { kind: 'ignored' };
  const observation = componentOf(found, documentOf(payload), at);
  return observation === undefined
    ? { kind: 'refused', reason: `the message has no ${memberOf(found)}` }
    : { kind: 'observations', observations: [observation] };
}

function mapNotification(
  mapping: ShellyMapping,
  table: ReadonlyMap<string, TopicValue>,
  payload: Uint8Array,
  at: Arrival,
): MappedMessage {
  const document = documentOf(payload);
  const method = valueAt(document, ['method']);
  if (method !== 'NotifyStatus' && method !== 'NotifyFullStatus') return { kind: 'ignored' };
  const observations = [...table].flatMap(([topic, found]) => {
    const component = valueAt(document, ['params', topic.slice(`${mapping.topic}/status/`.length)]);
    const observation = component === undefined ? undefined : componentOf(found, component, at);
    return observation === undefined ? [] : [observation];
  });
  return observations.length > 0 ? { kind: 'observations', observations } : { kind: 'ignored' };
}

const memberOf = ({ quantity }: TopicValue) => (quantity === 'humidity' ? 'rh' : 'tC');

/** `tC` and `rh` are null, with `errors` beside, where the probe cannot be read: a fault, not an absence. */
function componentOf(found: TopicValue, component: JsonValue, at: Arrival) {
  const value = valueAt(component, [memberOf(found)]);
  const hasErrors = valueAt(component, ['errors']) !== undefined;
  if (value === undefined && !hasErrors) return undefined;
  const unit = found.quantity === 'humidity' ? 'percent' : 'celsius';
  const mapped = { sensorId: found.sensorId, path: '$', unit } as const;
  return observationOf(mapped, hasErrors ? null : (value ?? null), at, probeKind(found));
}
