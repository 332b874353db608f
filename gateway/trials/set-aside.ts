// Turns what is due into quarantines, and says when nobody has told the sponsor in time. Kits that are set aside at one
// look, for one cause, are one quarantine: what is decided on them is decided on all.

import type { Severity } from '../../config/alarm-profile.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { type Kit, withoutDue } from './kit.js';
import type { KitBook, KitWork } from './kit-book.js';
import { isOverdue, NOTICE_MS, QUARANTINE_TYPE, type Quarantine } from './quarantine.js';

const severity: Severity = 'critical';

/** In rising order of kits, whatever they are. */
export function setAside(book: KitBook, work: KitWork): void {
  const groups = new Map<string, Kit[]>();
  const due = [...book.kits.values()].filter((kit) => kit.due !== undefined);
  for (const kit of due.sort((a, b) => (a.kit < b.kit ? -1 : 1))) {
    if (kit.condition !== 'usable') {
      book.put(withoutDue(kit), work);
      continue;
    }
    const name = JSON.stringify([kit.trial, kit.due, kit.place?.shipment]);
    const group = groups.get(name);
    if (group) group.push(kit);
    else groups.set(name, [kit]);
  }
  for (const kits of groups.values()) quarantine(kits, book, work);
}

function quarantine(kits: readonly Kit[], book: KitBook, work: KitWork): void {
  const [first] = kits;
  if (!first?.due) return;
  const { trial, due, place } = first;
  const id = book.newQuarantineId(work);
  const made: Quarantine = {
    ...{ id, trial, ...due, kits: kits.map(({ kit }) => kit) },
    ...{ sinceMs: work.nowMs, noticeDueMs: work.nowMs + NOTICE_MS, isOverdueTold: false },
    ...(place ? { shipment: place.shipment } : {}),
  };
  book.putQuarantine(made, work);
  for (const kit of kits) {
    book.put({ ...withoutDue(kit), condition: 'quarantined', quarantine: id }, work);
  }
  work.tell(documentOf(made, 'opened'), made.shipment);
}

/** Once for each quarantine of which nobody has told the sponsor within 24 hours. */
export function tellOverdue(book: KitBook, work: KitWork): void {
  for (const one of book.quarantines.values()) {
    if (one.isOverdueTold || !isOverdue(one, work.nowMs)) continue;
    book.putQuarantine({ ...one, isOverdueTold: true }, work);
    work.tell(documentOf(one, 'notice-overdue'), one.shipment);
  }
}

function documentOf(made: Quarantine, event: 'opened' | 'notice-overdue'): DetailDocument {
  const { id, trial, cause, reason, kits, sinceMs, noticeDueMs } = made;
  return {
    ...{ type: QUARANTINE_TYPE, event, case: id, trial, severity, cause, kits, sinceMs, noticeDueMs },
    ...(reason === undefined ? {} : { reason }),
  };
}
