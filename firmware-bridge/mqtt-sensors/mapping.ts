// What the operator says about an MQTT sensor, and what a message of it can come to.

import type { Observation } from '../observation.js';
import type { ValueUnit } from './decimal.js';

export interface MappedValue {
  readonly sensorId: string;
  /** `$` then .name or [index]; `$` alone is a payload that is just a number. */
  readonly path: string;
  /** `percent` is a relative humidity; all others are temperatures. */
  readonly unit: ValueUnit;
}

/** Any JSON: each value is named by its path. */
interface GenericMapping {
  readonly mapping: 'generic';
  /** A topic or a topic filter. */
  readonly topic: string;
  readonly values: readonly MappedValue[];
}

/** Zigbee2MQTT: `temperature` in degC, `humidity` in percent, and TOPIC/availability. */
export interface Zigbee2MqttMapping {
  readonly mapping: 'zigbee2mqtt';
  readonly topic: string;
  readonly temperatureSensorId?: string | undefined;
  readonly humiditySensorId?: string | undefined;
}

export type SensorMapping = GenericMapping | Zigbee2MqttMapping;

export type MappedMessage =
  /** At least one. */
  | { readonly kind: 'observations'; readonly observations: readonly Observation[] }
  /** Not for this sensor, or it says nothing about it. */
  | { readonly kind: 'ignored' }
  /** It should have carried a reading, and is no JSON or has none of the values. */
  | { readonly kind: 'refused'; readonly reason: string };
