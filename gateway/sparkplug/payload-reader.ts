// Reads a payload of Sparkplug B. Whoever may publish on the command topic chooses these bytes, so size, count and depth
// are bounded before anything is believed. Fields that are not known here are skipped, as protobuf wants it.

import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import {
  type FieldValue,
  firstValueField,
  type Metric,
  metricFields,
  type Payload,
  type Property,
  payloadFields,
  propertyFields,
  propertySetFields,
  valueKinds,
} from './payload.js';
import { SparkplugError } from './sparkplug-error.js';

/** A birth of a node with a thousand metrics is about 60 kB; no command comes near. */
const MAX_PAYLOAD_BYTES = 65_536;
const MAX_METRICS = 1_024;
const MAX_PROPERTIES = 64;

/** Wire types of the seven value fields, in their order. */
const valueWireTypes = [
  WireType.Varint,
  WireType.Varint,
  WireType.Bit32,
  WireType.Bit64,
  WireType.Varint,
  WireType.LengthDelimited,
  WireType.LengthDelimited,
] as const;

type Draft<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * Reads the bytes of a payload.
 * @throws SparkplugError PAYLOAD_TOO_LARGE, PAYLOAD_MALFORMED
 */
export function decodePayload(bytes: Uint8Array): Payload {
  if (bytes.length > MAX_PAYLOAD_BYTES)
    throw tooLarge(`${bytes.length} bytes, more than ${MAX_PAYLOAD_BYTES}`);
  try {
    return readPayload(bytes);
  } catch (error) {
    if (error instanceof SparkplugError) throw error;
    throw malformed('the bytes are no protobuf message', error);
  }
}

function readPayload(bytes: Uint8Array): Payload {
  const metrics: Metric[] = [];
  const payload: Draft<Payload> = { metrics };
  readFields(bytes, (reader, field, wireType) => {
    switch (field) {
      case payloadFields.timestamp:
        expectType(wireType, WireType.Varint, 'timestamp');
        payload.timestampMs = readNumber(reader, 'timestamp');
        return true;
      case payloadFields.metrics:
        expectType(wireType, WireType.LengthDelimited, 'metrics');
        if (metrics.length === MAX_METRICS) throw tooLarge(`more than ${MAX_METRICS} metrics`);
        metrics.push(readMetric(reader.bytes()));
        return true;
      case payloadFields.seq:
        expectType(wireType, WireType.Varint, 'seq');
        payload.seq = readNumber(reader, 'seq');
        return true;
      default:
        return false;
    }
  });
  return payload;
}

function readMetric(bytes: Uint8Array): Metric {
  const metric: Draft<Metric> = {};
  readFields(bytes, (reader, field, wireType) => {
    const value = readValue(reader, field - firstValueField.metric, wireType);
    if (value !== undefined) {
      metric.value = value;
      return true;
    }
    if (field === metricFields.name || field === metricFields.properties) {
      expectType(wireType, WireType.LengthDelimited, 'metric');
    } else if (field >= metricFields.alias && field <= metricFields.isNull) {
      expectType(wireType, WireType.Varint, 'metric');
    }
    switch (field) {
      case metricFields.name:
        metric.name = reader.string(true);
        return true;
      case metricFields.alias:
        metric.alias = BigInt(reader.uint64());
        return true;
      case metricFields.timestamp:
        metric.timestampMs = readNumber(reader, 'timestamp');
        return true;
      case metricFields.dataType:
        metric.dataType = reader.uint32();
        return true;
      case metricFields.isHistorical:
        metric.isHistorical = reader.bool();
        return true;
      case metricFields.isTransient:
        metric.isTransient = reader.bool();
        return true;
      case metricFields.isNull:
        metric.isNull = reader.bool();
        return true;
      case metricFields.properties:
        metric.properties = readProperties(reader.bytes());
        return true;
      default:
        return false;
    }
  });
  return metric;
}

function readProperties(bytes: Uint8Array): Property[] {
  const keys: string[] = [];
  const values: Omit<Property, 'key'>[] = [];
  readFields(bytes, (reader, field, wireType) => {
    if (field !== propertySetFields.keys && field !== propertySetFields.values) return false;
    expectType(wireType, WireType.LengthDelimited, 'properties');
    if (field === propertySetFields.keys) keys.push(reader.string(true));
    else values.push(readProperty(reader.bytes()));
    if (Math.max(keys.length, values.length) > MAX_PROPERTIES) {
      throw tooLarge(`more than ${MAX_PROPERTIES} properties`);
    }
    return true;
  });
  if (keys.length !== values.length) {
    throw malformed(`${keys.length} property keys with ${values.length} values`);
  }
  return values.map((value, at) => ({ key: keys[at] ?? '', ...value }));
}

function readProperty(bytes: Uint8Array): Omit<Property, 'key'> {
  const property: Draft<Omit<Property, 'key'>> = { type: 0 };
  readFields(bytes, (reader, field, wireType) => {
    const value = readValue(reader, field - firstValueField.property, wireType);
    if (value !== undefined) {
      // In this place a property has a set of its own, which nothing here needs.
      if (value.field !== 'bytes') property.value = value;
      return true;
    }
    if (field !== propertyFields.type) return false;
    expectType(wireType, WireType.Varint, 'property type');
    property.type = reader.uint32();
    return true;
  });
  return property;
}

/** Hands each field to `take`, which reads it and says so, or leaves it to be skipped. */
function readFields(
  bytes: Uint8Array,
  take: (reader: BinaryReader, field: number, wireType: WireType) => boolean,
): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (!take(reader, field, wireType)) reader.skip(wireType, field);
  }
}

/** The value in the value field at that place; undefined where no value stands there. */
function readValue(reader: BinaryReader, place: number, wireType: WireType): FieldValue | undefined {
  const field = valueKinds[place];
  if (field === undefined) return undefined;
  expectType(wireType, valueWireTypes[place], `${field}_value`);
  switch (field) {
    case 'int':
      return { field, value: reader.uint32() };
    case 'long':
      return { field, value: BigInt(reader.uint64()) };
    case 'float':
      return { field, value: reader.float() };
    case 'double':
      return { field, value: reader.double() };
    case 'boolean':
      return { field, value: reader.bool() };
    case 'string':
      return { field, value: reader.string(true) };
    case 'bytes':
      return { field, value: reader.bytes() };
  }
}

function readNumber(reader: BinaryReader, what: string): number {
  const value = Number(reader.uint64());
  if (!Number.isSafeInteger(value)) throw malformed(`${what} is beyond what a number holds`);
  return value;
}

function expectType(wireType: WireType, expected: WireType | undefined, what: string): void {
  if (wireType !== expected) throw malformed(`${what} has wire type ${wireType}, not ${expected}`);
}

function malformed(problem: string, cause?: unknown): SparkplugError {
  const hint = 'these bytes are no Sparkplug B payload: look at what publishes on this topic';
  return new SparkplugError('PAYLOAD_MALFORMED', `payload: ${problem}`, hint, cause);
}

function tooLarge(problem: string): SparkplugError {
  const hint = 'no command is so large: look at what publishes on this topic';
  return new SparkplugError('PAYLOAD_TOO_LARGE', `payload: ${problem}`, hint);
}
