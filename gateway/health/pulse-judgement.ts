// What a restart of a role can heal, and nothing else. A probe that was unplugged, a disk that is full and a broker that is gone
// are told as findings; a restart would only lose what the role has in memory. Pure.

import type { DeviceFacts } from './device-meter.js';
import type { RolePulse } from './role-pulse.js';

export interface PulseLimits {
  /** A worn card may take seconds for a commit; after this long the thread or the disk hangs. */
  readonly writerHangsMs: number;
  /** Reopening has been tried many times by then. */
  readonly deviceStuckMs: number;
}

export const pulseLimits: PulseLimits = { writerHangsMs: 60_000, deviceStuckMs: 15 * 60_000 };

/**
 * A device that worked in this process and does not answer any more, though its port is there and was opened again and again:
 * a driver or a library may have lost it. One that never worked in this process is not restarted for, so that a device that
 * is dead costs one restart.
 */
function isStuck({ failure, quietMs, counters }: DeviceFacts, stuckMs: number): boolean {
  if (!failure || failure.condition === 'absent') return false;
  return counters.frames > 0 && quietMs >= stuckMs;
}

/** Why the role should be started anew; undefined while it turns. */
export function hangOf({ journal, devices }: RolePulse, limits = pulseLimits): string | undefined {
  if (journal && journal.unansweredMs >= limits.writerHangsMs) {
    const seconds = Math.round(journal.unansweredMs / 1000);
    return `the journal's writer has not answered for ${seconds} s`;
  }
  const stuck = devices.find((device) => isStuck(device, limits.deviceStuckMs));
  if (!stuck) return undefined;
  const minutes = Math.round(stuck.quietMs / 60_000);
  return `device ${stuck.id} worked and has said nothing for ${minutes} minutes, though its port was opened again`;
}
