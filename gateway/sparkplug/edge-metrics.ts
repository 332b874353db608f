// What an edge node reports and how things stand: metrics of the node, and one device per sensor. Each metric has its
// alias for the life of the process, so that no alias ever means two things.

import { type DataType, dataTypes } from './payload.js';

/** Codes of the property Quality. */
export const metricQualities = { bad: 0, good: 192, stale: 500 } as const;
export type MetricQuality = (typeof metricQualities)[keyof typeof metricQualities];

export type MetricValue = number | bigint | boolean | string;

/** A metric and its current value; null: not known. */
export interface Cell {
  readonly name: string;
  readonly type: DataType;
  /** Absent for the one metric that must be found by its name. */
  readonly alias: bigint | undefined;
  value: MetricValue | null;
  /** Unix ms when the value was taken. */
  atMs: number;
  quality: MetricQuality;
}

/** What a sensor measures; `excursion` comes with a temperature. */
export type Quantity = 'temperature' | 'humidity' | 'door' | 'excursion';

/** A sensor that is known before it has said anything. */
export interface SensorShape {
  readonly name: string;
  readonly quantities: readonly Quantity[];
  /** Excursions that are open now; absent: not known. */
  readonly openExcursions?: readonly string[];
}

export interface EdgeDevice {
  readonly name: string;
  readonly cells: Map<string, Cell>;
  /** Excursions that are open; undefined: nobody has said. */
  openExcursions: Set<string> | undefined;
  /** Out of reach: dead for the host until it is heard again. */
  isLost: boolean;
}

/** Values that one record sets together; the first of them decides whether anything has changed. */
export interface Change {
  readonly device: EdgeDevice;
  readonly atMs: number;
  readonly quality: MetricQuality;
  readonly values: readonly (readonly [Cell, MetricValue | null])[];
}

/** Metrics of each quantity. The sequence leads to the signed record that the values came from. */
const quantityMetrics: Readonly<Record<Quantity, Readonly<Record<string, DataType>>>> = {
  temperature: {
    temperature: dataTypes.double,
    temperatureMilliC: dataTypes.int32,
    temperatureSequence: dataTypes.uint64,
  },
  humidity: {
    humidity: dataTypes.double,
    humidityMilliPercent: dataTypes.int32,
    humiditySequence: dataTypes.uint64,
  },
  door: { door: dataTypes.boolean, doorSequence: dataTypes.uint64 },
  excursion: {
    'excursion/sequence': dataTypes.uint64,
    'excursion/active': dataTypes.boolean,
    'excursion/event': dataTypes.string,
    'excursion/id': dataTypes.string,
    'excursion/severity': dataTypes.string,
    'excursion/extremeMilliC': dataTypes.int32,
  },
};

export const nodeMetricNames = {
  bdSeq: 'bdSeq',
  rebirth: 'Node Control/Rebirth',
  logSize: 'Log/Size',
  shipmentCount: 'Shipments/Active Count',
  shipments: 'Shipments/Active',
} as const;

export class EdgeMetrics {
  readonly node = new Map<string, Cell>();
  readonly devices = new Map<string, EdgeDevice>();
  readonly #nowMs: () => number;
  #aliases = 0n;

  /** @param properties told as `Properties/...`; @param nowMs Unix ms */
  constructor(
    properties: Readonly<Record<string, string>>,
    sensors: readonly SensorShape[],
    nowMs: () => number,
  ) {
    this.#nowMs = nowMs;
    const { bdSeq, rebirth, logSize, shipmentCount, shipments } = nodeMetricNames;
    this.#addNode(bdSeq, dataTypes.int64, 0);
    this.node.set(rebirth, this.#cell(rebirth, dataTypes.boolean, undefined, false));
    for (const [key, value] of Object.entries(properties)) {
      this.#addNode(`Properties/${key}`, dataTypes.string, value);
    }
    this.#addNode(logSize, dataTypes.uint64, null);
    this.#addNode(shipmentCount, dataTypes.int32, null);
    this.#addNode(shipments, dataTypes.string, null);
    for (const { name, quantities, openExcursions } of sensors) {
      for (const quantity of quantities) this.group(name, quantity);
      const device = this.#device(name);
      if (openExcursions === undefined) continue;
      device.openExcursions = new Set(openExcursions);
      const active = device.cells.get('excursion/active');
      if (active) active.value = openExcursions.length > 0;
    }
  }

  /** Metrics of that quantity, made where the sensor is heard of for the first time. */
  group(sensor: string, quantity: Quantity): { device: EdgeDevice; cells: ReadonlyMap<string, Cell> } {
    const device = this.#device(sensor);
    const names = Object.entries(quantityMetrics[quantity]);
    for (const [name, type] of names) {
      if (!device.cells.has(name)) device.cells.set(name, this.#cell(name, type, this.#nextAlias(), null));
    }
    if (quantity === 'temperature') this.group(sensor, 'excursion');
    return { device, cells: device.cells };
  }

  /** Takes a change as what is current. */
  apply({ values, atMs, quality }: Change): void {
    for (const [cell, value] of values) Object.assign(cell, { value, atMs, quality });
  }

  /** Sets a metric of the node; one that is not there is none of its metrics. */
  setNode(name: string, value: MetricValue): void {
    const cell = this.node.get(name);
    if (!cell || cell.value === value) return;
    cell.value = value;
    cell.atMs = this.#nowMs();
  }

  #device(name: string): EdgeDevice {
    const known = this.devices.get(name);
    if (known) return known;
    const device: EdgeDevice = { name, cells: new Map(), openExcursions: undefined, isLost: false };
    this.devices.set(name, device);
    return device;
  }

  #addNode(name: string, type: DataType, value: MetricValue | null): void {
    this.node.set(name, this.#cell(name, type, this.#nextAlias(), value));
  }

  #nextAlias(): bigint {
    this.#aliases += 1n;
    return this.#aliases;
  }

  #cell(name: string, type: DataType, alias: bigint | undefined, value: MetricValue | null): Cell {
    return { name, type, alias, value, atMs: this.#nowMs(), quality: metricQualities.good };
  }
}
