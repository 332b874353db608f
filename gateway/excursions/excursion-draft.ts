// What a watch tells, as a draft of a record. Pure.

import { recordKinds } from '../../ledger-sync/evidence/record.js';
import type { DetailDocument, DraftRecord } from '../sealing/draft-record.js';
import type { WatchedProbe } from './watched-probe.js';

/** Which shipment it is about: the watch's, else that of what was read. */
export const shipmentOf = ({ terms: { shipment } }: WatchedProbe, { shipmentName }: DraftRecord) => ({
  shipmentName: shipment ?? shipmentName,
});

/** A draft of what a watch tells, at the moment of another one. */
export function excursionDraft(about: DraftRecord, watch: WatchedProbe, detail: DetailDocument): DraftRecord {
  // A debit is told of the shipment's life, not for somebody's eyes.
  const kind = detail.type === 'excursion' ? recordKinds.excursion : recordKinds.shipmentEvent;
  return { ...about, kind, ...shipmentOf(watch, about), detail };
}
