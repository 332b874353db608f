// One JSON value as an observation: its unit decides what it is, its size whether it can be believed.

import type { Arrival, Observation, Quality } from '../observation.js';
import { milliUnitsOf } from './decimal.js';
import { parseJsonPath, valueAt } from './json-path.js';
import type { JsonValue } from './json-text.js';
import type { MappedValue } from './mapping.js';
import { scalarText } from './payload.js';

/** No cold-chain probe measures beyond; liquid nitrogen is -196 degC. */
const rangeMilliC = [-200_000, 150_000] as const;
/** Below absolute zero or above this, a number is no temperature at all: a wrong unit or path. */
const possibleMilliC = [-273_150, 1_000_000] as const;
/** DallasTemperature's DEVICE_DISCONNECTED_C, and what the chip's scratchpad holds before its first conversion. */
const disconnectedMilliC = -127_000;
const powerOnMilliC = 85_000;
const maxMilliPercent = 100_000;

/** What may have measured: with a DS18B20 behind it, -127 and 85 degC are fault codes; elsewhere they are readings. */
export type ProbeKind = 'ds18b20' | 'other';

/** The observation of a value that is present. What is no number, or none of this unit, is a probe fault. */
export function observationOf(
  mapped: MappedValue,
  value: JsonValue,
  at: Arrival,
  probe: ProbeKind = 'other',
): Observation {
  const { sensorId, unit } = mapped;
  if (mapped.unit === 'open-closed') {
    const text = scalarText(value);
    const quality = text === mapped.open || text === mapped.closed ? 'good' : 'probe-fault';
    return { kind: 'door', sensorId, at, isOpen: text === mapped.open, quality };
  }
  const digits = digitsOf(value);
  const milli = digits === undefined ? undefined : milliUnitsOf(digits, mapped.unit);
  if (unit === 'percent') {
    const humidityMilliPercent = Math.min(Math.max(milli ?? 0, 0), maxMilliPercent);
    return { kind: 'humidity', sensorId, at, humidityMilliPercent, quality: humidityQuality(milli) };
  }
  const quality = temperatureQuality(milli, probe);
  const hasNumber = quality === 'good' || quality === 'out-of-range';
  return {
    kind: 'temperature',
    sensorId,
    at,
    temperatureMilliC: hasNumber && milli !== undefined ? milli : 0,
    quality,
  };
}

/** The observations of all values that the document has. Throws BridgeError MAPPING_CONFIG for a malformed path. */
export function observationsOf(
  values: readonly MappedValue[],
  document: JsonValue,
  at: Arrival,
  probe: ProbeKind = 'other',
): Observation[] {
  const observations: Observation[] = [];
  for (const mapped of values) {
    const value = valueAt(document, parseJsonPath(mapped.path));
    if (value !== undefined) observations.push(observationOf(mapped, value, at, probe));
  }
  return observations;
}

function temperatureQuality(milliC: number | undefined, probe: ProbeKind): Quality {
  if (milliC === undefined || !isWithin(milliC, possibleMilliC)) return 'probe-fault';
  if (probe === 'ds18b20' && milliC === disconnectedMilliC) return 'probe-open';
  if (probe === 'ds18b20' && milliC === powerOnMilliC) return 'power-on-value';
  return isWithin(milliC, rangeMilliC) ? 'good' : 'out-of-range';
}

function humidityQuality(milliPercent: number | undefined): Quality {
  if (milliPercent === undefined) return 'probe-fault';
  return isWithin(milliPercent, [0, maxMilliPercent]) ? 'good' : 'out-of-range';
}

function isWithin(value: number, [low, high]: readonly [number, number]): boolean {
  return value >= low && value <= high;
}

/** Some firmware writes numbers as strings. */
function digitsOf(value: JsonValue): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null && 'digits' in value ? value.digits : undefined;
}
