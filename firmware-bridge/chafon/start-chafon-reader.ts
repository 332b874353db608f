// Puts a UHFReader18 or UHFReader288 into service: its driver under supervision.

import type { DeviceHandle } from '../device.js';
import { type Supervision, Supervisor } from '../supervise/supervisor.js';
import { chafonDriver } from './reader.js';
import type { ChafonReaderSettings } from './reader-settings.js';

export type ChafonReaderOptions = ChafonReaderSettings & Supervision;

/**
 * Starts at once and reads until closed; tag sightings and device conditions go to `sink`, which must not throw.
 * Throws BridgeError READER_CONFIG for settings out of range, and for nothing that a port or reader does.
 */
export function startChafonReader(options: ChafonReaderOptions): DeviceHandle {
  return new Supervisor({ ...options, driver: chafonDriver(options) });
}
