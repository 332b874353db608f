// The payload of Sparkplug B 3.0 (chapter 6) and how it is written: a protobuf message, of which the field numbers below
// are facts of the wire. Data sets, templates and metadata are left out: a gateway of readings has none.

import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** Sparkplug data types that are used here. */
export const dataTypes = {
  int32: 3,
  int64: 4,
  uint64: 8,
  float: 9,
  double: 10,
  boolean: 11,
  string: 12,
  bytes: 17,
} as const;

export type DataType = (typeof dataTypes)[keyof typeof dataTypes];

/** The one value of a metric or property, by the field that carries it. `int` and `long` are unsigned on the wire. */
export type FieldValue =
  | { readonly field: 'int'; readonly value: number }
  | { readonly field: 'long'; readonly value: bigint }
  | { readonly field: 'float' | 'double'; readonly value: number }
  | { readonly field: 'boolean'; readonly value: boolean }
  | { readonly field: 'string'; readonly value: string }
  | { readonly field: 'bytes'; readonly value: Uint8Array };

export interface Property {
  readonly key: string;
  readonly type: number;
  /** Absent: null. No property is of bytes. */
  readonly value?: Exclude<FieldValue, { readonly field: 'bytes' }>;
}

export interface Metric {
  readonly name?: string;
  readonly alias?: bigint;
  /** Unix ms. */
  readonly timestampMs?: number;
  readonly dataType?: number;
  readonly isHistorical?: boolean;
  readonly isTransient?: boolean;
  readonly isNull?: boolean;
  readonly properties?: readonly Property[];
  readonly value?: FieldValue;
}

export interface Payload {
  /** Unix ms of sending. */
  readonly timestampMs?: number;
  readonly metrics: readonly Metric[];
  /** 0 to 255; absent in deaths of a node and in commands. */
  readonly seq?: number;
}

/** Numbers of the fields, message by message. */
export const payloadFields = { timestamp: 1, metrics: 2, seq: 3 } as const;
export const metricFields = {
  name: 1,
  alias: 2,
  timestamp: 3,
  dataType: 4,
  isHistorical: 5,
  isTransient: 6,
  isNull: 7,
  properties: 9,
} as const;
export const propertySetFields = { keys: 1, values: 2 } as const;
export const propertyFields = { type: 1, isNull: 2 } as const;
/** A metric's value stands in one of the fields from 10 on, a property's from 3 on. */
export const firstValueField = { metric: 10, property: 3 } as const;
export const valueKinds = ['int', 'long', 'float', 'double', 'boolean', 'string', 'bytes'] as const;

/** What a metric of that type carries: signed numbers go as the unsigned ones with the same bits. */
export function fieldValue(type: DataType, value: number | bigint | boolean | string): FieldValue {
  switch (type) {
    case dataTypes.int32:
      return { field: 'int', value: Number(value) >>> 0 };
    case dataTypes.int64:
    case dataTypes.uint64:
      return { field: 'long', value: BigInt.asUintN(64, BigInt(value)) };
    case dataTypes.float:
      return { field: 'float', value: Number(value) };
    case dataTypes.double:
      return { field: 'double', value: Number(value) };
    case dataTypes.boolean:
      return { field: 'boolean', value: value === true };
    case dataTypes.string:
      return { field: 'string', value: String(value) };
    case dataTypes.bytes:
      return { field: 'bytes', value: new TextEncoder().encode(String(value)) };
  }
}

function writeValue(writer: BinaryWriter, firstField: number, { field, value }: FieldValue): void {
  const number = firstField + valueKinds.indexOf(field);
  switch (field) {
    case 'int':
      writer.tag(number, WireType.Varint).uint32(value);
      return;
    case 'long':
      writer.tag(number, WireType.Varint).uint64(value);
      return;
    case 'float':
      writer.tag(number, WireType.Bit32).float(value);
      return;
    case 'double':
      writer.tag(number, WireType.Bit64).double(value);
      return;
    case 'boolean':
      writer.tag(number, WireType.Varint).bool(value);
      return;
    case 'string':
      writer.tag(number, WireType.LengthDelimited).string(value);
      return;
    case 'bytes':
      writer.tag(number, WireType.LengthDelimited).bytes(value);
  }
}

function writeFlag(writer: BinaryWriter, field: number, flag: boolean | undefined): void {
  if (flag !== undefined) writer.tag(field, WireType.Varint).bool(flag);
}

function writeProperties(writer: BinaryWriter, properties: readonly Property[]): void {
  writer.tag(metricFields.properties, WireType.LengthDelimited).fork();
  for (const { key } of properties) {
    writer.tag(propertySetFields.keys, WireType.LengthDelimited).string(key);
  }
  for (const { type, value } of properties) {
    writer.tag(propertySetFields.values, WireType.LengthDelimited).fork();
    writer.tag(propertyFields.type, WireType.Varint).uint32(type);
    if (value === undefined) writeFlag(writer, propertyFields.isNull, true);
    else writeValue(writer, firstValueField.property, value);
    writer.join();
  }
  writer.join();
}

function writeMetric(writer: BinaryWriter, metric: Metric): void {
  const { name, alias, timestampMs, dataType, properties, value } = metric;
  writer.tag(payloadFields.metrics, WireType.LengthDelimited).fork();
  if (name !== undefined) writer.tag(metricFields.name, WireType.LengthDelimited).string(name);
  if (alias !== undefined) writer.tag(metricFields.alias, WireType.Varint).uint64(alias);
  if (timestampMs !== undefined) writer.tag(metricFields.timestamp, WireType.Varint).uint64(timestampMs);
  if (dataType !== undefined) writer.tag(metricFields.dataType, WireType.Varint).uint32(dataType);
  writeFlag(writer, metricFields.isHistorical, metric.isHistorical);
  writeFlag(writer, metricFields.isTransient, metric.isTransient);
  writeFlag(writer, metricFields.isNull, metric.isNull);
  if (properties !== undefined) writeProperties(writer, properties);
  if (value !== undefined) writeValue(writer, firstValueField.metric, value);
  writer.join();
}

/** Bytes of a payload, fields in the order of their numbers. */
export function encodePayload({ timestampMs, metrics, seq }: Payload): Uint8Array {
  const writer = new BinaryWriter();
  if (timestampMs !== undefined) writer.tag(payloadFields.timestamp, WireType.Varint).uint64(timestampMs);
  for (const metric of metrics) writeMetric(writer, metric);
  if (seq !== undefined) writer.tag(payloadFields.seq, WireType.Varint).uint64(seq);
  return writer.finish();
}
