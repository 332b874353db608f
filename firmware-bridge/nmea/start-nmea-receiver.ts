// Puts an NMEA 0183 receiver into service: its driver under supervision.

import type { DeviceHandle } from '../device.js';
import { type Supervision, Supervisor } from '../supervise/supervisor.js';
import { type NmeaReceiverSettings, nmeaDriver } from './receiver.js';

export type NmeaReceiverOptions = NmeaReceiverSettings & Supervision;

/**
 * Starts at once and listens until closed; positions, times and device conditions go to `sink`, which must not throw.
 * Throws BridgeError READER_CONFIG for settings out of range, and for nothing that a port or receiver does.
 */
export function startNmeaReceiver(options: NmeaReceiverOptions): DeviceHandle {
  return new Supervisor({ ...options, driver: nmeaDriver(options) });
}
