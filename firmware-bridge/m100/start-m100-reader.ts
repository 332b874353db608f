// Puts an M100 UHF reader into service: its driver under supervision.

import type { Timers } from '../clock.js';
import type { DeviceHandle } from '../device.js';
import type { Clock, ObservationSink } from '../observation.js';
import { Supervisor } from '../supervise/supervisor.js';
import type { OpenTransport } from '../transport/transport.js';
import { type M100ReaderSettings, m100Driver } from './reader.js';

export interface M100ReaderOptions extends M100ReaderSettings {
  readonly open: OpenTransport;
  readonly clock: Clock;
  /** Default: the system's. */
  readonly timers?: Timers | undefined;
  /** 0..1, spreads the delays between attempts. */
  readonly random?: (() => number) | undefined;
  readonly sink: ObservationSink;
}

/**
 * Starts at once and reads until closed; tag sightings and device conditions go to `sink`, which must not throw.
 * Throws BridgeError READER_CONFIG for settings out of range, and for nothing that a port or reader does.
 */
export function startM100Reader(options: M100ReaderOptions): DeviceHandle {
  const { open, clock, timers, random, sink } = options;
  return new Supervisor({ driver: m100Driver(options), open, clock, timers, random, sink });
}
