// All that findings are made of, as plain values: what the journal says, what the roles told of the present, and the machine.

import type { StoredProblem } from '../journal/ledger-rows.js';
import type { DiskRoom } from '../retention/disk-room.js';
import type { JournalFacts } from './commit-meter.js';
import type { DeviceFacts } from './device-meter.js';
import type { DiskWear } from './disk-wear.js';
import type { ProcessFacts } from './process-meter.js';

export interface SupervisedRole {
  readonly role: string;
  readonly isRunning: boolean;
  readonly pid: number | null;
  /** When each of its last ends was that nobody asked for, Unix ms, the oldest first. */
  readonly endsAtMs: readonly number[];
  /** How it ended last: its exit code or signal, or why it was ended for hanging. */
  readonly lastEnd: string | null;
  readonly process: ProcessFacts | null;
}

/** Since when a receiver has not been told the records that wait for it. */
export interface SinkFacts {
  readonly sink: string;
  readonly waiting: number;
  /** When the oldest of them was observed, Unix ms; undefined when none waits. */
  readonly oldestAtMs: number | undefined;
}

export interface HealthFacts {
  readonly nowMs: number;
  /** When the gateway role last told of itself; undefined if never. */
  readonly toldAtMs: number | undefined;
  /** Whether that was just now. */
  readonly isGatewayRunning: boolean;
  readonly process: ProcessFacts | undefined;
  readonly journal: JournalFacts | undefined;
  readonly devices: readonly DeviceFacts[];
  readonly roles: readonly SupervisedRole[];
  /** 0 unsynchronised, 1 holdover, 2 synchronised. */
  readonly clockTrust: number;
  readonly disk: DiskRoom | undefined;
  readonly walBytes: number;
  readonly wear: DiskWear | undefined;
  readonly sinks: readonly SinkFacts[];
  /** What the roles wrote down. */
  readonly problems: readonly StoredProblem[];
  /** Certificates of probes. */
  readonly calibrations: readonly {
    readonly sensorId: string;
    readonly dueOn: string;
    readonly isValid: boolean;
  }[];
}
