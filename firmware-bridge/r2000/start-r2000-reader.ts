// Puts an R2000 "A0" reader into service: its driver under supervision.

import type { DeviceHandle } from '../device.js';
import { type Supervision, Supervisor } from '../supervise/supervisor.js';
import { r2000Driver } from './reader.js';
import type { R2000ReaderSettings } from './reader-settings.js';

export type R2000ReaderOptions = R2000ReaderSettings & Supervision;

/**
 * Starts at once and reads until closed; tag sightings and device conditions go to `sink`, which must not throw.
 * Throws BridgeError READER_CONFIG for settings out of range, and for nothing that a port or reader does.
 */
export function startR2000Reader(options: R2000ReaderOptions): DeviceHandle {
  return new Supervisor({ ...options, driver: r2000Driver(options) });
}
