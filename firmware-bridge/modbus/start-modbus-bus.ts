// Puts an RS-485 bus of Modbus temperature probes into service: its driver under supervision.

import type { Timers } from '../clock.js';
import type { DeviceHandle } from '../device.js';
import type { Clock, ObservationSink } from '../observation.js';
import { Supervisor } from '../supervise/supervisor.js';
import type { OpenTransport } from '../transport/transport.js';
import { type ProbeBusSettings, probeBusDriver } from './probe-bus.js';

export interface ModbusBusOptions extends ProbeBusSettings {
  readonly open: OpenTransport;
  readonly clock: Clock;
  /** Default: the system's. */
  readonly timers?: Timers | undefined;
  /** 0..1, spreads the delays between attempts. */
  readonly random?: (() => number) | undefined;
  readonly sink: ObservationSink;
}

/**
 * Starts at once and polls until closed; readings and conditions go to `sink`, which must not throw.
 * Throws BridgeError BUS_CONFIG for probes that do not fit, and for nothing that a port or probe does.
 */
export function startModbusBus(options: ModbusBusOptions): DeviceHandle {
  const { open, clock, timers, random, sink } = options;
  return new Supervisor({ driver: probeBusDriver(options), open, clock, timers, random, sink });
}
