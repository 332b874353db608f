// Alerts as pages show them. What counts is the log; a row that cannot be read is an error, never a gap in a list.

import type * as z from 'zod';
import type { JournalReader } from '../../journal/journal-reader.js';
import type { Role, StateView } from '../../requests/request.js';
import { type Alert, readAlert } from '../../reviews/alert.js';
import { evidenceOf } from '../../reviews/alert-evidence.js';
import { type PlacedAlert, placedAlert, placedAlerts } from '../../reviews/placed-alert.js';
import type { AlertDetail, AlertPage, AlertSummary, alertQuery } from '../api/alerts.js';
import { unknown } from '../console-error.js';
import { offsetOf, pageOf } from './page.js';

const SIMILAR = 10;

const numberOf = (value: unknown) => (typeof value === 'number' ? value : null);
const textOf = (value: unknown) => (typeof value === 'string' ? value : null);
const timeOf = (value: unknown) => (typeof value === 'number' && value >= 0 ? value : null);

/** The rule that it is about; null for what is no excursion. */
export const ruleOf = ({ matter }: Alert) => textOf(matter.ruleId) ?? textOf(matter.rule);

export function alertSummary(alert: PlacedAlert): AlertSummary {
  const { id, source, state, severity, isOngoing, sensorId, shipment, openedAtMs, endedAtMs, matter } = alert;
  return {
    ...{ id, source, state, severity, isOngoing, sensorId, shipment: shipment ?? null },
    // The judges know better when it began and ended than the records that tell of it.
    fromMs: timeOf(matter.startedAtMs) ?? openedAtMs,
    recordedFromMs: alert.recordedFromMs ?? null,
    toMs: isOngoing ? null : (timeOf(matter.endedAtMs) ?? endedAtMs ?? openedAtMs),
    rule: ruleOf(alert),
    limitMilliC: numberOf(matter.limitMilliC),
    extremeMilliC: numberOf(matter.extremeMilliC),
    outsideMs: timeOf(matter.outsideMs),
    remindersLevel: alert.reminders.level,
  };
}

const newestFirst = (one: Alert, other: Alert) =>
  other.openedAtMs - one.openedAtMs || (one.id < other.id ? 1 : -1);

/** @throws AlertError */
export function alertPage(
  state: StateView,
  journal: JournalReader,
  query: z.output<typeof alertQuery>,
): AlertPage {
  const { state: wanted, severity, source, sensorId, shipment, fromMs, toMs, pageFrom, pageSize } = query;
  const found = placedAlerts(state, journal)
    .filter((alert) => {
      if (wanted === undefined ? alert.state === 'closed' : wanted !== 'all' && alert.state !== wanted)
        return false;
      if (severity !== undefined && alert.severity !== severity) return false;
      if (source !== undefined && alert.source !== source) return false;
      if (sensorId !== undefined && alert.sensorId !== sensorId) return false;
      if (shipment !== undefined && alert.shipment !== shipment) return false;
      const summary = alertSummary(alert);
      const untilMs = summary.toMs ?? Number.POSITIVE_INFINITY;
      return summary.fromMs <= (toMs ?? Number.POSITIVE_INFINITY) && untilMs >= (fromMs ?? 0);
    })
    .sort(newestFirst);
  const { items, nextPage } = pageOf(found, offsetOf(pageFrom), pageSize);
  return { alerts: items.map(alertSummary), nextPage, total: found.length };
}

/** What a person of that role may do; the gateway role decides again. */
function stepsFor(
  alert: Alert,
  person: { readonly name: string; readonly role: Role } | undefined,
): AlertDetail['steps'] {
  if (!person) return [];
  const { name, role } = person;
  const { state, assessment, signatures } = alert;
  const isQuality = role === 'quality';
  const hasSigned = (meaning: string) => signatures.some((one) => one.by === name && one.meaning === meaning);
  const canSign = isQuality && state === 'assessed' && evidenceOf(alert) !== undefined;
  const isOther = assessment?.by !== name;
  return [
    ...(state === 'open' && (role === 'operator' || isQuality) ? (['acknowledge'] as const) : []),
    ...(isQuality && (state === 'acknowledged' || state === 'assessed') ? (['assess'] as const) : []),
    ...(canSign && !hasSigned('reviewed') ? (['review'] as const) : []),
    ...(canSign && isOther ? (['approve', 'reject'] as const) : []),
  ];
}

/** @throws ConsoleError ALERT_UNKNOWN; AlertError */
export function alertDetail(
  state: StateView,
  journal: JournalReader,
  id: string,
  person: { readonly name: string; readonly role: Role } | undefined,
): AlertDetail {
  const kept = readAlert(state, id);
  if (!kept) throw unknown(`alert ${id}`, 'ALERT_UNKNOWN');
  const alert = placedAlert(kept, journal);
  const { matter, records, firstSequence, lastSequence, checkpoint, assessment, signatures, history } = alert;
  const others = placedAlerts(state, journal).filter(
    (other) => other.id !== id && other.sensorId === alert.sensorId,
  );
  const isSameRule = (other: Alert) => ruleOf(other) === ruleOf(alert) && other.source === alert.source;
  const similar = [
    ...others.filter(isSameRule).sort(newestFirst),
    ...others.filter((other) => !isSameRule(other)).sort(newestFirst),
  ];
  return {
    ...alertSummary(alert),
    matter: { ...matter } as AlertDetail['matter'],
    records,
    firstSequence: firstSequence ?? null,
    lastSequence: lastSequence ?? null,
    checkpoint: checkpoint ?? null,
    assessment: assessment ?? null,
    signatures: [...signatures],
    history: history.map(({ why, ...step }) => ({ ...step, why: why ?? null })),
    evidenceHash: evidenceOf(alert)?.hash ?? null,
    steps: stepsFor(alert, person),
    similar: similar.slice(0, SIMILAR).map(alertSummary),
  };
}
