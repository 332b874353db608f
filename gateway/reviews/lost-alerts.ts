// Alerts whose rows a damaged journal has lost, found again by their records: an excursion that goes on, or that nobody has
// closed, must not be silent. What people have made of one is in the log; it is for them to look at it again.

import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { decodeRecord, type EvidenceRecord, recordKinds } from '../../ledger-sync/evidence/record.js';
import type { JournalReader } from '../journal/journal-reader.js';
import type { StateChange, StateView } from '../requests/request.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { type Alert, alertIds, alertRow, ownHand, withStep } from './alert.js';
import { alertAfter } from './alert-course.js';
import { alertKinds, occasionOf } from './alert-occasion.js';
import { type Place, placeWith, withPlace } from './alert-places.js';

const PAGE_RECORDS = 1000;

interface Found {
  readonly alert: Alert;
  readonly place: Place;
  readonly isReviewed: boolean;
}

class LostAlerts {
  readonly #journal: JournalReader;
  readonly #known: ReadonlySet<string>;
  readonly #shipments: ReadonlyMap<string, string>;
  readonly #found = new Map<string, Found>();

  constructor(state: StateView, journal: JournalReader) {
    this.#journal = journal;
    this.#known = new Set(alertIds(state));
    this.#shipments = new Map(journal.shipmentNames().map(({ name, shipment }) => [toHex(shipment), name]));
  }

  see(record: EvidenceRecord): void {
    const detail = this.#detailOf(record);
    // Erased, and its alert with it.
    if (!detail) return;
    if (record.kind === recordKinds.review) this.#review(detail);
    else if (alertKinds.has(record.kind)) this.#grow(record, detail);
  }

  rows(): StateChange[] {
    return [...this.#found.values()].flatMap(({ alert, place, isReviewed }) => {
      const head = this.#journal.log.checkpointCovering(place.last);
      if (alert.state === 'closed' || !head) return [];
      const placed = withPlace(alert, place, head);
      const step = { atMs: alert.reminders.sinceMs, by: ownHand, action: 'reopened' };
      return [alertRow(isReviewed ? withStep(placed, step) : placed)];
    });
  }

  #grow(record: EvidenceRecord, detail: DetailDocument): void {
    const { kind, bootCount, uptimeMs, observedAtMs, sequence, shipment } = record;
    const subjectName = this.#journal.log.nameOf(record.subject) ?? '';
    const occasion = occasionOf({ kind, subjectName, bootCount, uptimeMs, detail });
    if (!occasion || this.#known.has(occasion.alertId)) return;
    const before = this.#found.get(occasion.alertId);
    const shipmentName = this.#shipments.get(toHex(shipment));
    this.#found.set(occasion.alertId, {
      alert: alertAfter(before?.alert, occasion, { observedAtMs, subjectName, shipmentName }),
      place: placeWith(before?.place, sequence),
      isReviewed: before?.isReviewed ?? false,
    });
  }

  #review({ type, alert: id, state }: DetailDocument): void {
    const found = typeof id === 'string' ? this.#found.get(id) : undefined;
    if (!found || type === 'alert-reminder') return;
    const alert: Alert = state === 'closed' ? { ...found.alert, state } : { ...found.alert, state: 'open' };
    this.#found.set(found.alert.id, { ...found, alert, isReviewed: true });
  }

  #detailOf({ sequence, detail }: EvidenceRecord): DetailDocument | undefined {
    const text = detail.length === 0 ? undefined : this.#journal.log.detail(sequence);
    return text === undefined ? undefined : (JSON.parse(text) as DetailDocument);
  }
}

/** Rows of the alerts that are in the log, are not closed there, and have none. Reads the records that may be alerts. */
export function lostAlerts(state: StateView, journal: JournalReader): readonly StateChange[] {
  const lost = new LostAlerts(state, journal);
  for (const record of recordsOfAlerts(journal)) lost.see(record);
  return lost.rows();
}

/** All records that people may have to hear of, in their order. */
export function* recordsOfAlerts({ log }: JournalReader): Generator<EvidenceRecord> {
  for (let from = 0; ; ) {
    const page = log.alertSequences(from, PAGE_RECORDS);
    for (const sequence of page) {
      const leaf = log.leaf(sequence);
      if (leaf) yield decodeRecord(leaf);
      from = sequence + 1;
    }
    if (page.length < PAGE_RECORDS) return;
  }
}
