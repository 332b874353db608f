// Puts a Mercury UHF reader into service: its driver under supervision.

import type { DeviceHandle } from '../device.js';
import { type Supervision, Supervisor } from '../supervise/supervisor.js';
import { mercuryDriver } from './reader.js';
import type { MercuryReaderSettings } from './reader-settings.js';

export type MercuryReaderOptions = MercuryReaderSettings & Supervision;

/**
 * Starts at once and reads until closed; tag sightings and device conditions go to `sink`, which must not throw.
 * Throws BridgeError READER_CONFIG for settings out of range, and for nothing that a port or reader does.
 */
export function startMercuryReader(options: MercuryReaderOptions): DeviceHandle {
  return new Supervisor({ ...options, driver: mercuryDriver(options) });
}
