// Puts the DS18B20 probes on the machine's own 1-Wire bus into service. They have no port, so nothing is supervised.

import { systemTimers, type Timers } from '../clock.js';
import type { DeviceHandle } from '../device.js';
import type { Clock, ObservationSink } from '../observation.js';
import { OnewireBus, type OnewireBusSettings } from './onewire-bus.js';
import { systemW1Files, type W1Files } from './w1-files.js';

export interface OnewireBusOptions extends OnewireBusSettings {
  readonly clock: Clock;
  /** Default: the system's. */
  readonly timers?: Timers | undefined;
  /** Default: the system's. */
  readonly files?: W1Files | undefined;
  readonly sink: ObservationSink;
}

/**
 * Starts at once and polls until closed; readings and conditions go to `sink`, which must not throw.
 * Throws BridgeError BUS_CONFIG for settings that do not fit, and for nothing that a file or probe does.
 */
export function startOnewireBus(options: OnewireBusOptions): DeviceHandle {
  const { clock, sink, timers = systemTimers, files = systemW1Files } = options;
  return new OnewireBus(options, { clock, timers, files, sink });
}
