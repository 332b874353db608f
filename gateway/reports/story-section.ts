// Excursions, positions and the extract of the audit trail as a report shows them. Pure.

import type { AuditEntry } from '../reviews/audit-entry.js';
import { detailText } from '../reviews/audit-text.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import type { ToldExcursion } from './excursion-fold.js';
import type { Report } from './report-schema.js';
import type { ShipmentFold } from './shipment-fold.js';
import type { ReportPosition, SurroundingsFold } from './surroundings-fold.js';
import { instantOf } from './utc.js';

/** The whole detail is in the log; an order with its profile would fill pages. */
const MAX_DETAIL = 1000;
/** The newest; an inspector's pack has more. */
const MAX_SHOWN = 2000;

const optionalInstant = (ms: number | undefined) => (ms === undefined ? undefined : instantOf(ms));

/** In the order in which they were told first. */
export function excursionSection(told: readonly ToldExcursion[]): Report['excursions'] {
  return told.map((one) => {
    const { startedAtMs, firedAtMs, endedAtMs, isClosed, isWithdrawn, profileHash: _hash, ...rest } = one;
    return {
      ...rest,
      startedAt: optionalInstant(startedAtMs),
      triggeredAt: optionalInstant(firedAtMs),
      endedAt: optionalInstant(endedAtMs),
      state: isWithdrawn ? 'withdrawn' : isClosed ? 'closed' : 'ongoing',
    };
  }) as Report['excursions'];
}

export function positionSection(positions: SurroundingsFold['positions']) {
  if (!positions) return undefined;
  const place = ({ atMs, ...where }: ReportPosition) => ({ at: instantOf(atMs), ...where });
  return { ...positions, first: place(positions.first), last: place(positions.last) };
}

function shortDetail(detail: DetailDocument): string | undefined {
  const text = detailText(detail);
  if (text === '') return undefined;
  if (text.length <= MAX_DETAIL) return text;
  // Half a surrogate pair would have no UTF-8.
  return `${text.slice(0, MAX_DETAIL).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function auditLine(entry: AuditEntry) {
  const { sequence, observedAt, recordedAt, kind, type, subject, shipment, by, detail } = entry;
  const told = detail === 'missing' ? 'missing' : detail && shortDetail(detail);
  return { sequence, observedAt, recordedAt, kind, type, subject, shipment, by, detail: told };
}

export function auditSection({ audit, auditEntries, missingDetails }: ShipmentFold) {
  return { entries: auditEntries, missingDetails, shown: audit.slice(-MAX_SHOWN).map(auditLine) };
}
