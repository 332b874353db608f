// The record that an alert's life leaves in the log. All are of kind review, whether a person acted or nobody did, so
// that one kind tells the whole story of an alert; the excursion's own records stay apart.

import { recordKinds } from '../../ledger-sync/evidence/record.js';
import type { RequestedRecord } from '../requests/request.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import type { Alert } from './alert.js';

type AlertRecordType =
  | 'alert-reminder'
  | 'alert-evidence-changed'
  | 'alert-reopened'
  | 'alert-acknowledged'
  | 'alert-assessed'
  | 'alert-signed';

/** @param alert as it is after what the record tells */
export function alertRecord(alert: Alert, type: AlertRecordType, more: DetailDocument): RequestedRecord {
  const { id, state, severity, source, sensorId, shipment } = alert;
  return {
    kind: recordKinds.review,
    subjectName: sensorId,
    ...(shipment === undefined ? {} : { shipmentName: shipment }),
    detail: { type, alert: id, source, state, severity, level: alert.reminders.level, ...more },
  };
}
