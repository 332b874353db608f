// What the console tells of evidence and set-up, for pages under test.

import type { EvidenceState } from '../../gateway/console/api/evidence.js';
import type { SetupHardware, SetupState } from '../../gateway/console/api/setup.js';
import { hostileText } from './fixture-data.js';

const START_MS = Date.parse('2026-03-01T08:00:00Z');

export function evidence(): EvidenceState {
  return {
    firstSequence: 120,
    lastSequence: 8_119,
    records: 8_000,
    checkpoint: { size: 8_400, root: 'ab'.repeat(32), atMs: START_MS },
    ledger: {
      chainId: 31_337,
      contract: '0x5fbdb2315678afecb367f032d93f642f64180aa3',
      sentRecords: 8_000,
      anchoredRecords: 7_900,
      safeRecords: 4_000,
      finalizedRecords: null,
      header: {
        seq: 12,
        size: 8_019,
        transactionHash: `0x${'11'.repeat(32)}`,
        blockNumber: 1_205,
        blockTimeMs: START_MS,
      },
    },
  };
}

export function setup(): SetupState {
  return {
    gatewayName: 'truck-17',
    gatewayAddress: '0x70997970c51812dc3a010c7d01b50e0d17dc79c8',
    text: 'gateway: { name: truck-17 }\n',
    sections: { devices: [], excursions: [], brokers: [], ledger: null },
    profiles: ['GDP-2-8-default', 'frozen'],
    modbusModels: [
      { name: 'xy-md02', channels: 1 },
      { name: 'r4dcb08', channels: 8 },
    ],
    isOnTrial: false,
    reverted: { code: 'CONFIGURATION_DID_NOT_RUN', message: hostileText },
  };
}

export function hardware(): SetupHardware {
  const path = '/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0';
  const port = {
    adapter: hostileText,
    candidates: ['modbus'],
    isAmbiguous: false,
    isHeld: false,
    mayOpen: true,
  };
  return {
    ports: [
      { ...port, path, name: 'ttyUSB0' },
      { ...port, path: '/dev/ttyUSB1', name: 'ttyUSB1', mayOpen: false },
      { ...port, path: '/dev/ttyUSB2', name: 'ttyUSB2', isHeld: true },
    ],
    oneWireProbes: ['28-0316a2795cff'],
  };
}
