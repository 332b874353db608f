// What the operator says about an MQTT sensor, and what a message of it can come to.

import type { Observation } from '../observation.js';
import type { ValueUnit } from './decimal.js';

export interface MappedNumber {
  readonly sensorId: string;
  /** `$` then .name or [index]; `$` alone is a payload that is just a value. */
  readonly path: string;
  /** `percent` is a relative humidity; all others are temperatures. */
  readonly unit: ValueUnit;
}

/** A door: what the device writes for open and for closed. Anything else is a contact that cannot be read. */
export interface MappedDoor {
  readonly sensorId: string;
  readonly path: string;
  readonly unit: 'open-closed';
  /** JSON scalars by their text: `true`, `1`, `open`. */
  readonly open: string;
  readonly closed: string;
}

export type MappedValue = MappedNumber | MappedDoor;

/** Where a message says when its values were measured. */
export interface OwnTime {
  readonly path: string;
  readonly unit: 'iso8601' | 'unix-s' | 'unix-ms';
}

/** Any JSON: each value is named by its path. */
export interface GenericMapping {
  readonly mapping: 'generic';
  /** A topic or a topic filter. */
  readonly topic: string;
  readonly values: readonly MappedValue[];
  /** Absent: a value was measured when it arrives. */
  readonly time?: OwnTime | undefined;
}

/** Zigbee2MQTT: `temperature` in degC, `humidity` in percent, `contact`, and TOPIC/availability. */
export interface Zigbee2MqttMapping {
  readonly mapping: 'zigbee2mqtt';
  readonly topic: string;
  readonly temperatureSensorId?: string | undefined;
  readonly humiditySensorId?: string | undefined;
  readonly doorSensorId?: string | undefined;
}

/** ChirpStack v4: application/ID/device/DEVEUI/event/up, values decoded by the device profile's codec. */
export interface ChirpstackMapping {
  readonly mapping: 'chirpstack';
  readonly topic: string;
  /** Only uplinks on this LoRaWAN port carry readings, 1..255; all do where it is absent. */
  readonly fPort?: number | undefined;
  /** Paths inside `object`. */
  readonly values: readonly MappedValue[];
}

/** What one probe of a device with several measures. */
export interface ProbeIds {
  readonly temperatureSensorId?: string | undefined;
  readonly humiditySensorId?: string | undefined;
}

export interface ShellyProbe extends ProbeIds {
  /** Number of the component (Gen2 and later), or of an external probe (Gen1). */
  readonly channel?: number | undefined;
}

/** Shelly Gen2 and later: PREFIX/status/temperature:N, PREFIX/events/rpc, PREFIX/online. */
export interface ShellyMapping {
  readonly mapping: 'shelly';
  /** The device's MQTT prefix, by default its id. */
  readonly topic: string;
  readonly probes: readonly ShellyProbe[];
}

/** Shelly Gen1: shellies/ID/sensor/temperature, shellies/ID/ext_temperature/N, shellies/ID/online. */
export interface ShellyGen1Mapping {
  readonly mapping: 'shelly-gen1';
  /** shellies/ID. */
  readonly topic: string;
  /** Of the built-in sensor, as set in the device; external probes are always in degC. */
  readonly unit: 'celsius' | 'fahrenheit';
  /** Without `channel` the built-in sensor. */
  readonly probes: readonly ShellyProbe[];
}

/** Tasmota: TOPIC/SENSOR and TOPIC/LWT, where TOPIC is tele/NAME by default. */
export interface TasmotaMapping {
  readonly mapping: 'tasmota';
  readonly topic: string;
  readonly probes: readonly TasmotaProbe[];
}

export interface TasmotaProbe extends ProbeIds {
  /** The member of the JSON (DS18B20-1), or the Id inside it (01131B123456), which a new probe on the wire does not move. */
  readonly name: string;
}

/** Ruuvi Gateway: ruuvi/GATEWAY/TAG with the raw Bluetooth advertisement of a RuuviTag. */
export interface RuuviMapping {
  readonly mapping: 'ruuvi';
  readonly topic: string;
  readonly temperatureSensorId?: string | undefined;
  readonly humiditySensorId?: string | undefined;
}

/** UHF readers that publish what they read as JSON: Zebra IoT Connector, Impinj IoT device interface. */
export interface TagReaderMapping {
  readonly mapping: 'zebra' | 'impinj';
  readonly topic: string;
  readonly readerId: string;
}

export type SensorMapping =
  | GenericMapping
  | Zigbee2MqttMapping
  | ChirpstackMapping
  | ShellyMapping
  | ShellyGen1Mapping
  | TasmotaMapping
  | RuuviMapping
  | TagReaderMapping;

export type MappedMessage =
  /** None where the message only moved the counter on. */
  | {
      readonly kind: 'observations';
      readonly observations: readonly Observation[];
      /** The sender's own count of its messages, to be handed in with the next one. */
      readonly sequence?: number | undefined;
    }
  /** Not for this sensor, or it says nothing about it. */
  | { readonly kind: 'ignored' }
  /** It should have carried a reading, and is no JSON or has none of the values. */
  | { readonly kind: 'refused'; readonly reason: string };
