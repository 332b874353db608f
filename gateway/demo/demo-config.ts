// The configuration of the demo's gateway, as a person would write it for a truck with these devices.

import type { LocalLedger } from './local-ledger.js';
import type { Truck } from './truck.js';

export const DEMO_GATEWAY = 'demo-truck';
export const DEMO_SHIPMENT = 'DEMO-0001';

/** YAML text of the configuration file. */
export function demoConfig(
  truck: Truck,
  ledger: LocalLedger,
  brokerPort: number,
  consolePort: number,
): string {
  return `# Written anew at each start of the demo.
gateway: { name: ${DEMO_GATEWAY} }
# The simulated truck shares the clock of this machine.
clock: { trust: synchronised }
commit: { windowMs: 1000, sightingWindowMs: 1000 }
shipment: { id: ${DEMO_SHIPMENT} }
devices:
  - { id: door-reader, type: m100, port: '${truck.readerPort}', region: eu, txPowerCentiDbm: 2000, mergeWindowMs: 5000 }
  - id: cargo-bus
    type: modbus
    port: '${truck.busPort}'
    cadenceMs: 2000
    probes:
      - { sensorId: cargo-front, unit: 1, profile: xy-md02, humiditySensorId: cargo-front-rh }
      - { sensorId: cargo-rear, unit: 2, profile: r4dcb08, channel: 1 }
mqttIntake:
  listen: { host: 127.0.0.1, port: ${brokerPort} }
  sensors:
    - { topic: zigbee2mqtt/fridge, mapping: zigbee2mqtt, temperatureSensorId: fridge, humiditySensorId: fridge-rh }
    - { topic: sensors/pallet, mapping: generic, values: [ { sensorId: pallet, path: '$.probe.celsius', unit: celsius } ] }
console: { listen: { host: 127.0.0.1, port: ${consolePort} } }
publish:
  brokers: [ { name: local, url: embedded } ]
excursions:
  - { sensorId: cargo-front, lowMilliC: 2000, highMilliC: 8000, delayMs: 4000 }
  - { sensorId: cargo-rear, lowMilliC: 2000, highMilliC: 8000, delayMs: 4000 }
  - { sensorId: fridge, lowMilliC: 2000, highMilliC: 8000, delayMs: 4000 }
  - { sensorId: pallet, lowMilliC: 2000, highMilliC: 8000, delayMs: 4000 }
ledger:
  rpcUrl: ${ledger.rpcUrl}
  chainId: ${ledger.chainId}
  contract: '${ledger.contract}'
  batchIntervalMs: 10000
  pollIntervalMs: 1000
`;
}
