// Notes where in the log an alert's records came to lie. A record has no sequence before it is sealed, so its alert
// learns it one commit later, with the root that covers it; after a crash between the two the log itself tells.

import { toHex } from '../../ledger-sync/evidence/bytes.js';
import type { EvidenceRecord } from '../../ledger-sync/evidence/record.js';
import type { JournalReader } from '../journal/journal-reader.js';
import type { StateChange, StateView } from '../requests/request.js';
import { type Alert, alertIds, alertRow, readAlert } from './alert.js';
import { alertKinds, causeOf, occasionOf } from './alert-occasion.js';
import { walkLog } from './log-walk.js';

/** A start must not wait for thousands of signatures; every root on the way is checked all the same. */
const RECORDS_PER_SIGNATURE = 1024;

/** A signed head of the log. */
export interface LogHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/** Where records of one alert lie. */
export interface Place {
  readonly first: number;
  readonly last: number;
  readonly records: number;
}

/** The place with one more record, behind all others. */
export function placeWith(place: Place | undefined, sequence: number): Place {
  return { first: place?.first ?? sequence, last: sequence, records: (place?.records ?? 0) + 1 };
}

/** The alert with records that were pending and now have their place. */
export function withPlace(alert: Alert, place: Place, head: LogHead): Alert {
  const { pending, ...rest } = alert;
  const left = (pending?.records ?? 0) - place.records;
  return {
    ...rest,
    firstSequence: alert.firstSequence ?? place.first,
    lastSequence: place.last,
    checkpoint: { size: head.size, root: toHex(head.root) },
    ...(left > 0 ? { pending: { records: left, fromSequence: place.last + 1 } } : {}),
  };
}

function pendingAlerts(state: StateView): Map<string, Alert> {
  const found = new Map<string, Alert>();
  for (const id of alertIds(state)) {
    try {
      const alert = readAlert(state, id);
      if (alert?.pending) found.set(id, alert);
    } catch {
      // Whoever opens that alert is told; the others need not wait for it.
    }
  }
  return found;
}

/**
 * Finds the records whose places a crash kept from being noted. Reads the log from the oldest of them on: the last
 * commits before the crash. Where the log is broken it stops, and what lies behind stays without a place.
 */
export function recoverPlaces(state: StateView, journal: JournalReader): StateChange[] {
  const pending = pendingAlerts(state);
  if (pending.size === 0) return [];
  const from = Math.min(...[...pending.values()].map(({ pending: open }) => open?.fromSequence ?? 0));
  const places = new Map<string, Place>();
  const wants = ({ kind }: EvidenceRecord) => alertKinds.has(kind);
  walkLog(
    journal,
    { from, wants, recordsPerSignature: RECORDS_PER_SIGNATURE },
    {
      record: (checked) => {
        const { alertId = '' } = occasionOf(causeOf(checked)) ?? {};
        const { sequence } = checked.record;
        const first = pending.get(alertId)?.pending?.fromSequence;
        if (first !== undefined && sequence >= first) {
          places.set(alertId, placeWith(places.get(alertId), sequence));
        }
      },
      // Told where the log is read by people; what lies behind it has no place that could be signed for.
      broken: () => {},
    },
  );
  return [...places].flatMap(([id, place]) => {
    const alert = pending.get(id);
    // The head that the commit would have given.
    const head = journal.log.checkpointCovering(place.last);
    return alert && head ? [alertRow(withPlace(alert, place, head))] : [];
  });
}
