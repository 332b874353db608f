// The health of a gateway as another process sees it: from its journal, and from what its roles told a moment ago. Works beside
// a running gateway and with none.

import type { Config } from '../../config/schema.js';
import type { JournalReader } from '../journal/journal-reader.js';
import type { StateView } from '../requests/request.js';
import { readRuntimeStatus } from '../runtime-status.js';
import { type Finding, sinceBefore } from './finding.js';
import { findingsOf } from './findings.js';
import type { HealthFacts } from './health-facts.js';
import { readStoredFacts } from './read-facts.js';
import { isFresh } from './runtime-file.js';
import { readSupervisedRoles } from './supervisor-status.js';

export interface Health {
  readonly facts: HealthFacts;
  /** The gravest first. */
  readonly findings: readonly Finding[];
}

/** @throws SQLite's errors */
export function readHealth(config: Config, journal: JournalReader, state: StateView, nowMs: number): Health {
  const { dataDir } = config.gateway;
  const status = readRuntimeStatus(dataDir);
  const live = status && isFresh(status, nowMs) ? status : undefined;
  const facts: HealthFacts = {
    ...readStoredFacts(config, journal, state, nowMs),
    nowMs,
    toldAtMs: status?.writtenAtMs,
    isGatewayRunning: live !== undefined,
    process: live?.process,
    journal: live?.journal,
    devices: live?.devices ?? [],
    roles: readSupervisedRoles(dataDir, Date.now()),
  };
  return { facts, findings: sinceBefore(findingsOf(facts), live?.findings ?? [], nowMs) };
}
