// Puts an M100 UHF reader into service: its driver under supervision.

import type { DeviceHandle } from '../device.js';
import { type Supervision, Supervisor } from '../supervise/supervisor.js';
import { m100Driver } from './reader.js';
import type { M100ReaderSettings } from './reader-settings.js';

export type M100ReaderOptions = M100ReaderSettings & Supervision;

/**
 * Starts at once and reads until closed; tag sightings and device conditions go to `sink`, which must not throw.
 * Throws BridgeError READER_CONFIG for settings out of range, and for nothing that a port or reader does.
 */
export function startM100Reader(options: M100ReaderOptions): DeviceHandle {
  return new Supervisor({ ...options, driver: m100Driver(options) });
}
