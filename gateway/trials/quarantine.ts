// Kits that were set aside together: one row of JSON under `quarantine/ID`. They share whatever is decided on them. Who knows
// the arms could otherwise release the kits of one and destroy those of the other, in front of everybody.

import * as z from 'zod';
import type { StateChange, StateView } from '../requests/request.js';
import { instant, section, text } from '../shipments/shipment-fields.js';
import { quarantineCauses } from './kit.js';
import { kitNumber, MAX_KITS_PER_SHIPMENT } from './kit-number.js';
import { trialName } from './trial-terms.js';

export const quarantineKeyPrefix = 'quarantine/';
/** Type of the documents that tell of one. */
export const QUARANTINE_TYPE = 'trial-quarantine';
const HOUR_MS = 3_600_000;
/** Sponsors are told within a day. */
export const NOTICE_MS = 24 * HOUR_MS;

const who = text(200);

const quarantineSchema = section({
  id: text(128),
  trial: trialName,
  cause: z.enum(quarantineCauses),
  reason: text(200).exactOptional(),
  kits: z.array(kitNumber).min(1).max(MAX_KITS_PER_SHIPMENT),
  shipment: text(64).exactOptional(),
  sinceMs: instant,
  noticeDueMs: instant,
  /** That the sponsor was told. */
  notice: section({ atMs: instant, by: who, to: who }).exactOptional(),
  /** That nobody did so in time was said. */
  isOverdueTold: z.boolean(),
  disposition: section({
    decision: z.enum(['release', 'destroy']),
    reason: text(1000),
    by: who,
    atMs: instant,
  }).exactOptional(),
});

export type Quarantine = z.infer<typeof quarantineSchema>;

/** The row to keep. */
export const quarantineRow = (quarantine: Quarantine): StateChange => [
  `${quarantineKeyPrefix}${quarantine.id}`,
  JSON.stringify(quarantine),
];

/** @throws ZodError for a row that this program did not write */
export function readQuarantine(state: StateView, id: string): Quarantine | undefined {
  const row = state.get(`${quarantineKeyPrefix}${id}`);
  return row === undefined ? undefined : parseQuarantine(row);
}

export const parseQuarantine = (row: string): Quarantine => quarantineSchema.parse(JSON.parse(row));

/** All of a trial, by id. @throws ZodError as readQuarantine */
export function readQuarantines(state: StateView, trial: string): readonly Quarantine[] {
  return state
    .entries(quarantineKeyPrefix)
    .map(([, row]) => parseQuarantine(row))
    .filter((quarantine) => quarantine.trial === trial);
}

/** All that began with a shipment. @throws ZodError as readQuarantine */
export function quarantinesWith(state: StateView, shipment: string): readonly Quarantine[] {
  return state
    .entries(quarantineKeyPrefix)
    .map(([, row]) => parseQuarantine(row))
    .filter((quarantine) => quarantine.shipment === shipment);
}

/** The row without the shipment's name, which was erased. */
export function nameless({ shipment: _shipment, ...quarantine }: Quarantine): StateChange {
  return quarantineRow(quarantine);
}

/** Whether such a document is for people's eyes at once. */
export function isQuarantineAlert(detail: { readonly type?: unknown; readonly event?: unknown }): boolean {
  return detail.type === QUARANTINE_TYPE && (detail.event === 'opened' || detail.event === 'notice-overdue');
}

/** Whether somebody should have told the sponsor by now, and nobody has. */
export const isOverdue = ({ notice, noticeDueMs }: Quarantine, nowMs: number): boolean =>
  notice === undefined && nowMs > noticeDueMs;
