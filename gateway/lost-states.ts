// Rows of judges, shipments and alerts that a damaged journal has lost, made again by what the log and the requests tell. What was
// open stays open or is told again; nothing ends in silence because a row is gone.

import type { Config } from '../config/schema.js';
import { decodeRecord, recordKinds } from '../ledger-sync/evidence/record.js';
import { bootsInLog, type PlacedMoment } from './excursions/boots-in-log.js';
import { clockKey } from './excursions/excursion-desk.js';
import { restoredWatch, watchKeysIn } from './excursions/lost-watch.js';
import type { LedgerEntry } from './excursions/stability-ledger.js';
import { watchKey } from './excursions/watch-terms.js';
import { WatchPlan } from './intake/watch-plan.js';
import type { JournalReader } from './journal/journal-reader.js';
import { pendingReportOf, RECOVERY_KEY } from './recovery/pending-report.js';
import type { StateChange } from './requests/request.js';
import { StateStore } from './requests/state-store.js';
import { lostAlerts, recordsOfAlerts } from './reviews/lost-alerts.js';
import type { DetailDocument } from './sealing/draft-record.js';
import { type ActiveShipment, activeShipments } from './shipments/active-shipments.js';
import { lostShipments } from './shipments/lost-shipments.js';
import { ShipmentError } from './shipments/shipment-error.js';

/**
 * What a start behind a recovery that has left out states must keep, in the commit that tells of it; nothing otherwise.
 * @param stored all rows beside the log
 */
export function lostStates(
  config: Config,
  journal: JournalReader,
  stored: ReadonlyMap<string, string>,
): readonly StateChange[] {
  const report = pendingReportOf(stored.get(RECOVERY_KEY));
  if (!report?.incomplete.includes('judge_state')) return [];
  const state = new StateStore(stored);
  const rows: StateChange[] = [];
  const add = (made: readonly StateChange[]) => {
    rows.push(...made);
    state.apply(made);
  };
  add(lostShipments(state, journal.acceptedRequests(), (sequence) => recordOf(journal, sequence)));
  add(lostAlerts(state, journal));
  if (state.get(clockKey) === undefined) add([[clockKey, JSON.stringify(bootsOf(journal))]]);
  for (const [key, shipment, sensorId] of watchesOf(config, state)) {
    const firstSequence =
      shipment === '' ? undefined : (journal.shipment(shipment)?.first_sequence ?? undefined);
    add(restoredWatch(key, state, { firstSequence, debits: debitsOf(journal, shipment, sensorId) }));
  }
  return rows;
}

/** Those of which a row is left, and those of shipments that are under way. */
function watchesOf(
  config: Config,
  state: StateStore,
): (readonly [key: string, shipment: string, sensorId: string])[] {
  const ofShipments = new WatchPlan(config)
    .terms(activeOf(state))
    .filter(({ shipment }) => shipment !== undefined);
  const keys = new Set([...watchKeysIn(state), ...ofShipments.map(watchKey)]);
  return [...keys].map((key) => {
    const [, shipment = '', sensorId = ''] = key.split('/');
    return [key, shipment, sensorId];
  });
}

/** None where a row cannot be read, of which the role tells. */
function activeOf(state: StateStore): readonly ActiveShipment[] {
  try {
    return activeShipments(state);
  } catch (error) {
    if (error instanceof ShipmentError) return [];
    throw error;
  }
}

function recordOf({ log }: JournalReader, sequence: number) {
  const leaf = log.leaf(sequence);
  const text = log.detail(sequence);
  if (!leaf || text === undefined) return undefined;
  const { by } = JSON.parse(text) as DetailDocument;
  return by === undefined ? undefined : { by: by as DetailDocument, atMs: decodeRecord(leaf).observedAtMs };
}

function bootsOf({ log }: JournalReader) {
  const from = (sequence: number): PlacedMoment | undefined => {
    const [stored] = log.stored(sequence, Number.MAX_SAFE_INTEGER, 1);
    return stored && decodeRecord(stored.leaf);
  };
  return bootsInLog({ size: log.latestCheckpoint()?.size ?? 0, from });
}

function debitsOf(journal: JournalReader, shipment: string, sensorId: string): LedgerEntry[] {
  const debits: LedgerEntry[] = [];
  if (shipment === '') return debits;
  for (const { kind, sequence } of recordsOfAlerts(journal)) {
    const text = kind === recordKinds.shipmentEvent ? journal.log.detail(sequence) : undefined;
    const detail = text === undefined ? undefined : (JSON.parse(text) as DetailDocument);
    const isDebit = detail?.type === 'stability-debit' && detail.sensor === sensorId;
    if (isDebit && detail.shipment === shipment) debits.push(detail as LedgerEntry);
  }
  return debits;
}
