// What a reader at a dock and an office beside it put into a log.

import type { DraftRecord } from '../../../gateway/sealing/draft-record.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { draftWith, requestOf } from '../drafts.js';
import { driver, type ShipmentOffice } from '../shipments/shipment-office.js';

/** SSCC-96 tags and their numbers. */
export const pallet = { epc: '3114257bf4499602d2000000', sscc: '106141412345678908' };
export const other = { epc: '3114257bf40c0e5a00000000', sscc: '' };
const HOUR_MS = 3_600_000;
const START_MS = 1_790_000_000_000;

export const sighting = (epc: string, hours: number, shipmentName?: string): DraftRecord =>
  draftWith({
    observedAtMs: START_MS + hours * HOUR_MS,
    kind: recordKinds.tagSighting,
    subjectName: epc,
    isSalted: true,
    shipmentName,
    detail: { type: 'tag-sighting', reader: 'door', antenna: 1, count: 1, lastSeenUptimeMs: 0 },
  });

/** What an office decides, as records of that hour. */
export function recorded(
  office: ShipmentOffice,
  step: string,
  document: Parameters<ShipmentOffice['ask']>[1],
  hours: number,
) {
  const { records, state } = office.must(step, document, driver);
  const drafts = records.map((record) =>
    draftWith({
      observedAtMs: START_MS + hours * HOUR_MS,
      kind: record.kind,
      subjectName: record.subjectName,
      shipmentName: record.shipmentName,
      detail: record.detail,
    }),
  );
  return requestOf(drafts, { judgeState: state });
}
