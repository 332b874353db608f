// Puts a position source of gpsd into service: its driver under supervision.

import type { DeviceHandle } from '../device.js';
import { type Supervision, Supervisor } from '../supervise/supervisor.js';
import { type GpsdClientSettings, gpsdDriver } from './client.js';

export type GpsdClientOptions = GpsdClientSettings & Supervision;

/**
 * Starts at once and listens until closed; positions, times and device conditions go to `sink`, which must not throw.
 * Throws BridgeError READER_CONFIG for settings out of range, and for nothing that a connection or gpsd does.
 */
export function startGpsdClient(options: GpsdClientOptions): DeviceHandle {
  return new Supervisor({ ...options, driver: gpsdDriver(options) });
}
