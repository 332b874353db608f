// The audit trail in lines for a person. Its words come from people, devices and files: nothing in them may command the
// terminal.

import { printable } from '../../ledger-sync/evidence/printable.js';
import type { DetailDocument, DetailValue } from '../sealing/draft-record.js';
import type { AuditActor, AuditEntry } from './audit-entry.js';
import type { BrokenPlace } from './broken-place.js';

/** Said elsewhere in the line, or of no meaning to a person. */
const unsaid: ReadonlySet<string> = new Set(['type', 'by', 'salt']);

function valueText(value: DetailValue): string {
  const isPlain = typeof value === 'number' || (typeof value === 'string' && /^[^\s"=]+$/.test(value));
  return isPlain ? String(value) : JSON.stringify(value);
}

/** The members of a detail as `key=value`, without those that a line says elsewhere. */
export function detailText(detail: DetailDocument): string {
  const members = Object.entries(detail).filter(([key]) => !unsaid.has(key));
  // Each by itself: a long one is cut, and must not hide those behind it.
  return members.map(([key, value]) => printable(`${key}=${valueText(value)}`)).join(' ');
}

function actorText({ name, printedName, role, isSigned }: AuditActor): string {
  const shown = printedName === undefined || printedName === name ? name : `${printedName} (${name})`;
  return `by ${shown}${role === undefined ? '' : `, ${role}`}${isSigned ? ', signed' : ''}`;
}

/** One line on one entry. */
export function entryLine(entry: AuditEntry): string {
  const { sequence, observedAt, recordedAt, kind, type, subject, subjectHash, shipment, by, detail } = entry;
  const what = type === undefined || type === kind ? kind : `${kind}/${type}`;
  const time = recordedAt === undefined ? observedAt : `${observedAt} (recorded as ${recordedAt})`;
  const words = [time, `#${sequence}`, what, subject ?? `subject ${subjectHash}`];
  if (shipment !== undefined) words.push(`shipment ${shipment}`);
  if (by) words.push(actorText(by));
  if (detail === 'missing') words.push('its detail is missing');
  const told = detail === undefined || detail === 'missing' ? '' : detailText(detail);
  return [...words.map(printable), ...(told === '' ? [] : [told])].join('  ');
}

/** One line on a place that is not what was signed. */
export function brokenLine({ firstSequence, lastSequence, what }: BrokenPlace): string {
  const where =
    firstSequence === lastSequence
      ? `record ${firstSequence}`
      : `records ${firstSequence} to ${lastSequence}`;
  return `BROKEN  ${where}: ${what}`;
}
