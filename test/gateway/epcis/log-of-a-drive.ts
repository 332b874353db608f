// A log as the gateway writes it, in memory: one drive with a shipment of two pallets, from the order to the verdict.

import type { EpcisConfig } from '../../../config/epcis-schema.js';
import { epcisSchema } from '../../../config/epcis-schema.js';
import type { CheckedRecord } from '../../../gateway/reviews/checked-record.js';
import type { DetailDocument } from '../../../gateway/sealing/draft-record.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';

export const gateway = new Uint8Array(20).fill(0xab);
export const gatewayHex = `0x${'ab'.repeat(20)}`;
export const shipmentId = 'SHIP-0001';
const startMs = Date.parse('2026-03-02T06:00:00Z');
const MINUTE_MS = 60_000;

const identifiers = {
  vehicle: 'https://id.gs1.org/8004/9521141TRUCK042',
  probes: [
    {
      sensorId: 'cargo-front',
      id: 'https://id.gs1.org/8004/9521141PRB0031',
      calibration: 'https://example.org/calibration/PRB0031/2026-01-15',
    },
  ],
  parties: [{ name: 'Example Pharma, Basel', id: 'https://id.gs1.org/417/9521141001004' }],
};

export const epcisConfig = (given: object = { identifiers }): EpcisConfig => epcisSchema('/').parse(given);

export interface LogLine {
  readonly kind: keyof typeof recordKinds;
  readonly minute: number;
  readonly name?: string;
  readonly shipment?: string | undefined;
  readonly milliC?: number;
  readonly quality?: number;
  readonly clockTrust?: 0 | 1 | 2;
  readonly detail?: DetailDocument | 'missing';
}

/** The lines as checked records, numbered from 0. */
export function logOf(lines: readonly LogLine[]): CheckedRecord[] {
  return lines.map((line, sequence) => ({
    name: line.name,
    shipment: line.shipment,
    detail: line.detail,
    record: {
      ...{ version: 1, gateway, sequence, bootCount: 1 },
      observedAtMs: startMs + Math.round(line.minute * MINUTE_MS),
      uptimeMs: Math.round(line.minute * MINUTE_MS),
      clockTrust: line.clockTrust ?? 2,
      kind: recordKinds[line.kind],
      subject: new Uint8Array(16),
      value: line.milliC ?? 0,
      quality: line.quality ?? 0,
      shipment: new Uint8Array(line.shipment === undefined ? 0 : 16),
      detail: new Uint8Array(line.detail === undefined ? 0 : 32),
    },
  }));
}

export const order: DetailDocument = {
  id: shipmentId,
  profile: { name: 'cold-2-8', version: '3' },
  probes: ['cargo-front', 'cargo-rear'],
  tags: ['095211410000000014', '095211410000000021'],
  consignor: 'Example Pharma, Basel',
  consignee: 'Pharmacy: north {1}',
  carrier: 'Cool Haulage',
};

export const step = (minute: number, event: string, state: string, more: DetailDocument = {}): LogLine => ({
  kind: 'shipmentEvent',
  minute,
  name: shipmentId,
  shipment: shipmentId,
  detail: { type: 'shipment', event, state, profileHash: 'a1'.repeat(32), ...more },
});

export const reading = (minute: number, milliC: number, more: Partial<LogLine> = {}): LogLine => ({
  kind: 'temperature',
  minute,
  name: 'cargo-front',
  shipment: shipmentId,
  milliC,
  ...more,
});

export const excursion = (minute: number, event: string, more: DetailDocument = {}): LogLine => ({
  kind: 'excursion',
  minute,
  name: 'cargo-front',
  shipment: shipmentId,
  detail: {
    ...{ type: 'excursion', event, excursionId: 'cargo-front-high-1', sensor: 'cargo-front', rule: 'high' },
    ...{ severity: 'major', profile: 'cold-2-8', profileVersion: '3', profileHash: 'a1'.repeat(32) },
    ...{ side: 'high', startedAtMs: startMs + 40 * MINUTE_MS, firedAtMs: startMs + 55 * MINUTE_MS },
    ...{ outsideMs: 900_000, extremeMilliC: 8600, openings: 1 },
    ...more,
  },
});

export const endedAt = (minute: number): DetailDocument => ({ endedAtMs: startMs + minute * MINUTE_MS });

/** From the order to the verdict of quality. */
export function drive(): LogLine[] {
  const readings = Array.from({ length: 80 }, (_, index) => reading(20.5 + index, 5000 + (index % 7) * 10));
  const rear = Array.from({ length: 80 }, (_, index) => reading(20.7 + index, 4000, { name: 'cargo-rear' }));
  const position: LogLine = {
    kind: 'position',
    minute: 25,
    name: 'gnss',
    detail: { type: 'position', latitudeDegE7: 473_769_012, longitudeDegE7: -85_417_044 },
  };
  const lines = [
    step(0, 'created', 'draft', { order }),
    step(5, 'armed', 'armed', { from: 'draft' }),
    reading(8, 5100),
    step(20, 'departed', 'in-transit', { from: 'armed' }),
    position,
    ...readings,
    ...rear,
    excursion(56, 'opened'),
    excursion(75, 'closed', { ...endedAt(70), extremeMilliC: 9100 }),
    step(110, 'delivered', 'delivered', { from: 'in-transit' }),
    step(120, 'review-begun', 'under-review'),
    step(500, 'released', 'released', { reason: 'short', meaning: 'release' }),
    step(510, 'closed', 'closed'),
  ];
  return lines.sort((one, other) => one.minute - other.minute);
}
