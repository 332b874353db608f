// Which records ask for a person's eyes, and which alert each belongs to. One alert per excursion, however often it
// opens, closes or is corrected, and one per device and change; the names are those of the MQTT alert topics.

import type { Severity } from '../../config/alarm-profile.js';
import { recordKinds } from '../../ledger-sync/evidence/record.js';
import { isAlarming } from '../authenticity/finding.js';
import { isInventoryAlert } from '../inventory/inventory-document.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { isQuarantineAlert } from '../trials/quarantine.js';
import { type AlertSource, severities } from './alert.js';
import { type Matter, matterOf } from './alert-matter.js';
import type { CheckedRecord } from './checked-record.js';

/** What a draft and a stored record both tell. */
export interface AlertCause {
  readonly kind: number;
  readonly subjectName: string;
  readonly bootCount: number;
  readonly uptimeMs: number;
  readonly detail: DetailDocument | undefined;
}

export interface AlertOccasion {
  readonly alertId: string;
  readonly source: AlertSource;
  readonly severity: Severity;
  /** undefined: the record does not tell, and what was known holds. */
  readonly isOngoing: boolean | undefined;
  readonly matter: Matter;
  /** Under which name people see it, where that is not the record's subject: a serial must not be in an alert. */
  readonly sensorId?: string;
}

/** A rule without a severity, and a device that is no longer the one it was. */
const DEFAULT_SEVERITY: Severity = 'major';

const deviceSources: readonly AlertSource[] = [
  'calibration-changed',
  'device-changed',
  'damaged-journal',
  'slow-card',
];

const ongoing = new Map<unknown, boolean>([
  ['opened', true],
  ['closed', false],
  // A later correction says that it never was.
  ['withdrawn', false],
]);

/** Kinds of records of which some are an alert's cause. */
export const alertKinds: ReadonlySet<number> = new Set([
  recordKinds.excursion,
  recordKinds.deviceCondition,
  recordKinds.tagAuthenticity,
  recordKinds.shipmentEvent,
]);

/** What a record of the log tells of a cause. */
export function causeOf({ record, name = '', detail }: CheckedRecord): AlertCause {
  const { kind, bootCount, uptimeMs } = record;
  return { kind, bootCount, uptimeMs, subjectName: name, detail: detail === 'missing' ? undefined : detail };
}

/** What an alert is made of; undefined for a record that is none. */
export function occasionOf({
  kind,
  subjectName,
  bootCount,
  uptimeMs,
  detail,
}: AlertCause): AlertOccasion | undefined {
  const severity = severities.find((known) => known === detail?.severity) ?? DEFAULT_SEVERITY;
  const matter = matterOf(detail);
  if (kind === recordKinds.excursion) {
    const told = detail?.excursionId;
    // An excursion that nobody could name must not be silent.
    const alertId = typeof told === 'string' ? told : `${subjectName}-${bootCount}-${uptimeMs}`;
    return { alertId, source: 'excursion', severity, isOngoing: ongoing.get(detail?.event), matter };
  }
  if (kind === recordKinds.tagAuthenticity) return tagOccasion(detail, matter);
  if (kind === recordKinds.shipmentEvent) {
    return kitsOccasion(detail, severity, matter) ?? inventoryOccasion(detail, severity, matter);
  }
  if (kind !== recordKinds.deviceCondition) return undefined;
  const source = deviceSources.find((condition) => condition === detail?.condition);
  const isOngoing = ongoing.get(detail?.event) ?? false;
  return source && { alertId: `${subjectName}-${source}`, source, severity, isOngoing, matter };
}

/** A tag that cannot be believed, or one of a lot that was called back; and when that is over. */
function tagOccasion(detail: DetailDocument | undefined, matter: Matter): AlertOccasion | undefined {
  const { case: alertId, verdict, before, reader } = detail ?? {};
  const isOngoing = isAlarming(verdict);
  if (typeof alertId !== 'string' || (!isOngoing && !isAlarming(before))) return undefined;
  const severity: Severity = verdict === 'recalled' ? 'critical' : 'major';
  return { alertId, source: 'authenticity', severity, isOngoing, matter, sensorId: String(reader) };
}

/** Kits of a trial that were set aside, and that nobody has told the sponsor in time. */
function kitsOccasion(
  detail: DetailDocument | undefined,
  severity: Severity,
  matter: Matter,
): AlertOccasion | undefined {
  const { case: alertId } = detail ?? {};
  if (typeof alertId !== 'string' || !isQuarantineAlert(detail ?? {})) return undefined;
  return { alertId, source: 'kits', severity, isOngoing: false, matter, sensorId: 'kits' };
}

/** Load units that are not as ordered. After the delivery nothing goes on: what is missing then is for people. */
function inventoryOccasion(
  detail: DetailDocument | undefined,
  severity: Severity,
  matter: Matter,
): AlertOccasion | undefined {
  const { case: alertId, event, compared } = detail ?? {};
  if (typeof alertId !== 'string' || !isInventoryAlert(detail ?? {})) return undefined;
  const isOngoing = event === 'differs' && compared === 'departure';
  // Reminders go by it: one a time, however many shipments wait.
  return { alertId, source: 'inventory', severity, isOngoing, matter, sensorId: 'inventory' };
}
