// The doctor: every check, in the order in which a technician would look, beside a running gateway and with none. It changes
// nothing; what it tries out in the data folder it takes away again.

import type { Config } from '../../../config/schema.js';
import type { JournalReader } from '../../journal/journal-reader.js';
import { StateStore } from '../../requests/state-store.js';
import { readHealth } from '../read-health.js';
import { brokerChecks } from './broker-checks.js';
import { type Diagnosis, type DoctorTerms, diagnose } from './doctor-check.js';
import { fleetChecks } from './fleet-checks.js';
import { journalChecks } from './journal-checks.js';
import { ledgerChecks } from './ledger-checks.js';
import { machineChecks } from './machine-checks.js';
import { portChecks } from './port-checks.js';
import { qualifiedChecks } from './qualified-checks.js';
import { tokenChecks } from './token-checks.js';
import { updateChecks } from './update-checks.js';

export interface DoctorReport {
  readonly isGatewayRunning: boolean;
  readonly diagnoses: readonly Diagnosis[];
}

/** @param journal undefined: no gateway has written one yet */
export async function runChecks(
  config: Config,
  journal: JournalReader | undefined,
  terms: DoctorTerms,
): Promise<DoctorReport> {
  const nowMs = Date.now();
  const state = journal && new StateStore(journal.judgeStates());
  const health = journal && state && readHealth(config, journal, state, nowMs);
  const isGatewayRunning = health?.facts.isGatewayRunning ?? false;
  const checks = [
    ...qualifiedChecks(config, journal, nowMs),
    ...tokenChecks(config),
    ...journalChecks(journal, health),
    ...machineChecks(config, nowMs),
    ...updateChecks(),
    ...portChecks(config, isGatewayRunning ? health?.facts : undefined),
    ...brokerChecks(config),
    ...fleetChecks(config, state),
    ...ledgerChecks(config),
  ];
  return { isGatewayRunning, diagnoses: await diagnose(checks, terms) };
}
