// Puts an RS-485 bus of Modbus temperature probes into service: its driver under supervision.

import type { DeviceHandle } from '../device.js';
import { type Supervision, Supervisor } from '../supervise/supervisor.js';
import { type ProbeBusSettings, probeBusDriver } from './probe-bus.js';

export type ModbusBusOptions = ProbeBusSettings & Supervision;

/**
 * Starts at once and polls until closed; readings and conditions go to `sink`, which must not throw.
 * Throws BridgeError BUS_CONFIG for probes that do not fit, and for nothing that a port or probe does.
 */
export function startModbusBus(options: ModbusBusOptions): DeviceHandle {
  return new Supervisor({ ...options, driver: probeBusDriver(options) });
}
