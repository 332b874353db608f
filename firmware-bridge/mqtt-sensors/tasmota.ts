// Tasmota telemetry: tele/NAME/SENSOR holds one object per sensor and the unit of all temperatures beside them.
// Sources: tasmota.github.io/docs, DS18x20; xsns_05_ds18x20.ino, which leaves out a probe that it cannot read and
// names them DS18B20-1, -2 by their order on the wire, but checks no value: 85 degC passes.

import type { Arrival } from '../observation.js';
import { valueAt } from './json-path.js';
import type { JsonValue } from './json-text.js';
import { observationOf, type ProbeKind } from './mapped-value.js';
import type { MappedMessage, TasmotaMapping, TasmotaProbe } from './mapping.js';
import { documentOf, textOf } from './payload.js';
import { idsOf, reachabilityOf } from './reachability.js';

export function mapTasmota(
  mapping: TasmotaMapping,
  topic: string,
  payload: Uint8Array,
  at: Arrival,
): MappedMessage {
  if (topic === `${mapping.topic}/LWT`) {
    const text = textOf(payload).trim();
    const isReached = text === 'Online' ? true : text === 'Offline' ? false : undefined;
    return reachabilityOf(idsOf(mapping.probes), isReached, 'its last will', at);
  }
  if (topic !== `${mapping.topic}/SENSOR`) return { kind: 'ignored' };
  const document = documentOf(payload);
  const unit = unitOf(valueAt(document, ['TempUnit']));
  const observations = mapping.probes.flatMap((probe) => {
    const found = sensorOf(document, probe);
    if (found === undefined) return [];
    const [member, sensor] = found;
    const kind = /^DS18/.test(member) ? 'ds18b20' : 'other';
    return [
      ...reading(probe.temperatureSensorId, unit, valueAt(sensor, ['Temperature']), at, kind),
      ...reading(probe.humiditySensorId, 'percent', valueAt(sensor, ['Humidity']), at, kind),
    ];
  });
  if (observations.length > 0) return { kind: 'observations', observations };
  const names = mapping.probes.map(({ name }) => name).join(', ');
  const reason = unit === undefined ? 'TempUnit is neither C nor F' : `the message has no value of ${names}`;
  return { kind: 'refused', reason };
}

function reading(
  sensorId: string | undefined,
  unit: 'celsius' | 'fahrenheit' | 'percent' | undefined,
  value: JsonValue | undefined,
  at: Arrival,
  kind: ProbeKind,
) {
  // A number without its unit is no temperature.
  if (sensorId === undefined || unit === undefined || value === undefined) return [];
  return [observationOf({ sensorId, path: '$', unit }, value, at, kind)];
}

function unitOf(value: JsonValue | undefined): 'celsius' | 'fahrenheit' | undefined {
  if (value === 'C') return 'celsius';
  return value === 'F' ? 'fahrenheit' : undefined;
}

/** By name, else by the Id inside; with the name of its member, which begins with the chip. */
function sensorOf(document: JsonValue, { name }: TasmotaProbe): readonly [string, JsonValue] | undefined {
  if (!(document instanceof Map)) return undefined;
  const members: readonly (readonly [string, JsonValue])[] = [...document];
  return (
    members.find(([member]) => member === name) ??
    members.find(([, value]) => valueAt(value, ['Id']) === name)
  );
}
