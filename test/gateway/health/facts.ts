// Facts of a gateway with which all is well, and of its roles; a test says what is otherwise.

import type { JournalFacts } from '../../../gateway/health/commit-meter.js';
import type { DeviceFacts } from '../../../gateway/health/device-meter.js';
import type { HealthFacts } from '../../../gateway/health/health-facts.js';
import type { ProcessFacts } from '../../../gateway/health/process-meter.js';
import type { RolePulse } from '../../../gateway/health/role-pulse.js';

export const NOW_MS = Date.UTC(2026, 5, 1, 12);

export const goodProcess: ProcessFacts = {
  ...{ startedAtMs: NOW_MS - 3_600_000, residentBytes: 90_000_000, loopDelayP99Ms: 2, loopDelayMaxMs: 9 },
  writtenBytes: 1_000_000,
};

export const goodJournal: JournalFacts = {
  ...{ commits: 3600, lastCommitAtMs: NOW_MS - 500, unansweredMs: 0, waitingRecords: 2 },
  ...{ commitP50Ms: 4, commitP99Ms: 30, trouble: null },
};

export function device(changed: Partial<DeviceFacts> = {}): DeviceFacts {
  const counters = { bytes: 100, frames: 10, badChecks: 0, discardedBytes: 0, timeouts: 0, opens: 1 };
  return {
    ...{ id: 'bus', state: 'ready', counters, failure: null, lastDataAtMs: NOW_MS - 1000, quietMs: 1000 },
    ...changed,
  };
}

export function pulse(changed: Partial<RolePulse> = {}): RolePulse {
  return {
    ...{
      kind: 'role-pulse',
      process: goodProcess,
      journal: goodJournal,
      devices: [device()],
      headline: 'ok',
    },
    ...changed,
  };
}

export function facts(changed: Partial<HealthFacts> = {}): HealthFacts {
  return {
    ...{ nowMs: NOW_MS, toldAtMs: NOW_MS - 1000, isGatewayRunning: true, process: goodProcess },
    ...{
      journal: goodJournal,
      devices: [device()],
      roles: [],
      clockTrust: 2,
      walBytes: 4_000_000,
      wear: undefined,
    },
    disk: { diskBytes: 3e10, freeBytes: 2e10, reusableBytes: 0, journalBytes: 1e8, wantedFreeBytes: 3e9 },
    ...{ sinks: [], problems: [], calibrations: [] },
    ...changed,
  };
}
