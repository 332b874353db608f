// Puts one of our own sensor boards into service: its driver under supervision.

import type { DeviceHandle } from '../device.js';
import { type Supervision, Supervisor } from '../supervise/supervisor.js';
import { type BoardCounters, boardDriver } from './board.js';
import type { BoardSettings } from './settings.js';

export type BoardOptions = BoardSettings & Supervision;

export interface BoardHandle extends DeviceHandle {
  /** A copy. */
  boardCounters(): BoardCounters;
}

/**
 * Starts at once and listens until closed; readings and conditions go to `sink`, which must not throw.
 * Throws BridgeError BUS_CONFIG for settings that cannot work, and for nothing that a port or board does.
 */
export function startBoard(options: BoardOptions): BoardHandle {
  const driver = boardDriver(options);
  const supervisor = new Supervisor({ ...options, driver });
  return {
    id: driver.id,
    counters: () => supervisor.counters(),
    state: () => supervisor.state(),
    close: () => supervisor.close(),
    boardCounters: () => driver.boardCounters(),
  };
}
