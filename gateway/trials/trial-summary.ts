// Kits and quarantines in lines for a person.

import type { Kit } from './kit.js';
import { isOverdue, type Quarantine } from './quarantine.js';

const MS_PER_MINUTE = 60_000;

const minutesOf = (ms: number) => `${Math.ceil(ms / MS_PER_MINUTE)} min`;
const timeOf = (ms: number) => new Date(ms).toISOString();

/** What a kit has used over its legs so far, and where it is. */
export function kitLine({ kit, condition, used, legs, place, quarantine }: Kit): string {
  const where = place ? `, with ${place.shipment}` : '';
  const held = condition === 'quarantined' ? ` (${quarantine})` : '';
  const outside = `warm ${minutesOf(used.warmMs)}, cold ${minutesOf(used.coldMs)}, unknown ${minutesOf(used.unknownMs)}`;
  return `${kit}  ${condition}${held}  ${outside} in ${legs} legs${where}`;
}

/** Where a quarantine stands: told, overdue, decided. */
export function quarantineLine(quarantine: Quarantine, nowMs: number): string {
  const { id, cause, kits, sinceMs, noticeDueMs, notice, disposition } = quarantine;
  const told = notice
    ? `sponsor told ${timeOf(notice.atMs)} by ${notice.by}`
    : isOverdue(quarantine, nowMs)
      ? `NOTICE OVERDUE since ${timeOf(noticeDueMs)}`
      : `notice due by ${timeOf(noticeDueMs)}`;
  const decided = disposition ? `${disposition.decision} by ${disposition.by}` : 'no decision yet';
  return `${id}  ${cause}, ${kits.length} kits since ${timeOf(sinceMs)}: ${told}; ${decided}`;
}
