// The files of the medical demo, as people would write them: the truck's configuration, an alarm profile, a shipment, an order.

import { GTIN, LOT, packEpc } from './goods.js';

export interface ConfigParts {
  readonly readerPort: string;
  readonly busPort: string;
  readonly rpcUrl: string;
  readonly chainId: number;
  readonly anchor: string;
  readonly serials: string;
  /** Whose lists of packs are believed. */
  readonly maker: string;
  readonly consolePort: number;
}

export const medicalConfig = (parts: ConfigParts): string => `# Written anew at each start of the demo.
gateway: { name: truck-17 }
# The simulated truck shares the clock of this machine.
clock: { trust: synchronised }
devices:
  - { id: door-reader, type: m100, port: '${parts.readerPort}', region: eu, txPowerCentiDbm: 2000, mergeWindowMs: 500 }
  - id: cargo-bus
    type: modbus
    port: '${parts.busPort}'
    cadenceMs: 1000
    probes:
      - { sensorId: cargo, unit: 1, profile: xy-md02 }
ledger:
  rpcUrl: ${parts.rpcUrl}
  chainId: ${parts.chainId}
  contract: '${parts.anchor}'
  batchIntervalMs: 20000
  pollIntervalMs: 200
authenticity: { chainId: ${parts.chainId}, contract: '${parts.serials}', publishers: [ '${parts.maker}' ] }
console: { listen: { host: 127.0.0.1, port: ${parts.consolePort} } }
`;

/** Strict, so that the story need not wait for a quarter of an hour in the warm. */
export const profileFile = `name: demo-2-8
version: "1"
title: "2 to 8 degrees, at once"
source: "made for the demo: no stability statement of a product"
intervalMin: 1
rules:
  - { id: warm, side: high, limit: 8.0, inclusive: false, type: single, delayMin: 0, severity: major }
  - { id: frost, side: low, limit: 2.0, inclusive: false, type: single, delayMin: 0, severity: critical }
`;

export const shipmentFile = (
  id: string,
  loadUnits: readonly string[],
  serials: readonly string[],
): string => `id: ${id}
profile: ./demo-2-8.yaml
probes: [cargo]
tags: [${serials.map((serial) => `'${packEpc(serial)}'`).join(', ')}]
loadUnits: [${loadUnits.map((sscc) => `'${sscc}'`).join(', ')}]
consignor: Example Pharma, Basel
consignee: Pharmacy at the Bridge
carrier: Cold Lines
products: [ { gtin: '${GTIN}', lot: ${LOT} } ]
`;

export interface OrderParts {
  readonly maker: string;
  readonly carrier: string;
  readonly pharmacy: string;
  readonly inspector: string;
  readonly anchor: string;
  /** What `coldgate agreement field` printed. */
  readonly field: string;
  readonly priceWei: string;
  readonly bondWei: string;
  readonly disputeHours: number;
}

export function orderFile(parts: OrderParts): string {
  const atHour = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  return `payer: '${parts.maker}'
payee: '${parts.carrier}'
consignor: '${parts.maker}'
receiver: '${parts.pharmacy}'
quality: '${parts.inspector}'
price: '${parts.priceWei}'
bond: '${parts.bondWei}'
anchor: '${parts.anchor}'
${parts.field}
lowMilliC: 2000
highMilliC: 8000
allowedMinutes: 0
rejectMinutes: 60
lossPerMinuteBps: 1000
startBy: '${atHour(1)}'
deliverBy: '${atHour(2)}'
disputeHours: ${parts.disputeHours}
document: { goods: ['(01)${GTIN}(10)${LOT}'], from: 'Example Pharma, Basel', to: 'Pharmacy at the Bridge' }
`;
}
