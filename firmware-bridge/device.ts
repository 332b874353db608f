// The seam between a device family (what to say on the wire) and its supervision (keeping a port open).
// A driver lives as long as the gateway; a session lives as long as one open port.

import type { Timers } from './clock.js';
import type { Clock, ObservationSink } from './observation.js';

/** Counted since start, over all connections. Noise shows here and nowhere else. */
export interface DeviceCounters {
  /** Bytes received. */
  bytes: number;
  /** Frames whose checks were right. */
  frames: number;
  /** Complete candidates with a wrong checksum or CRC. */
  badChecks: number;
  /** Received bytes that belong to no valid frame. */
  discardedBytes: number;
  /** Requests that got no reply in time. */
  timeouts: number;
  /** Ports opened. */
  opens: number;
}

/** What the gateway holds of a running device. */
export interface DeviceHandle {
  readonly id: string;
  /** A copy. */
  counters(): DeviceCounters;
  /** One of the supervision states. */
  state(): string;
  /** Ends the device, its port and its timers. What was seen and not yet told is told first. */
  close(): Promise<void>;
}

/** What one session may use of its connection. */
export interface DeviceLink {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly counters: DeviceCounters;
  /** Never waits and never throws; a failed write ends the connection. */
  write(bytes: Uint8Array): void;
  /** Tells the silence watchdog that the device lives. Call it for valid frames only. */
  frameSeen(): void;
  /** Ends the connection as faulted. */
  fault(reason: string): void;
  emit: ObservationSink;
  /** The store cannot follow: whoever can say the same in fewer observations should. The port is never paused. */
  isBehind(): boolean;
}

/** One conversation over one open port. */
export interface DeviceSession {
  onBytes(bytes: Uint8Array): void;
  /**
   * Asks who is there and sets the device up. The text names the device (empty where its protocol has no name);
   * another text after a reconnect means another device. Rejects with BridgeError: REPLY_TIMEOUT when
   * nobody answers, else the reason why the device cannot be used.
   */
  identify(): Promise<string>;
  /** The port is ready: begin to observe. */
  start(): void;
  /** Ends the session's timers and open requests. */
  stop(): void;
}

export interface DeviceDriver {
  readonly id: string;
  /** A healthy device gives at least one valid frame in this time. Three times that is silence. */
  readonly cadenceMs: number;
  /** Input after opening is thrown away for this long: boot noise, a reset board, stale buffers. */
  readonly settleMs: number;
  connect(link: DeviceLink): DeviceSession;
}

export function newCounters(): DeviceCounters {
  return { bytes: 0, frames: 0, badChecks: 0, discardedBytes: 0, timeouts: 0, opens: 0 };
}
