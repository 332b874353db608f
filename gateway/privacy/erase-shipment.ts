// `shipment.erase`: what a shipment's records say in words is taken back, for good. Asked and signed by an administrator, with a
// reason, of a shipment that is closed; the record of it stays and tells neither name nor party.

import { recordKinds } from '../../ledger-sync/evidence/record.js';
import { refusingHandler } from '../requests/refusing-handler.js';
import type { RequestHandler, RequestOutcome } from '../requests/request.js';
import { type Alert, alertRow, readAlerts } from '../reviews/alert.js';
import { AlertError } from '../reviews/alert-error.js';
import { removedShipmentRow } from '../shipments/shipment.js';
import { section, text } from '../shipments/shipment-fields.js';
import { shipmentId } from '../shipments/shipment-order.js';
import { findShipment, readDocument, refusal, shipmentHandler } from '../shipments/shipment-request.js';
import { nameless, quarantinesWith } from '../trials/quarantine.js';
import { trialHandler } from '../trials/trial-request.js';

const schema = section({
  id: shipmentId,
  reason: text(1000, 'reason: keeping time is over, request of the consignee'),
});

/** Stands where the shipment's name stood. */
const ERASED = '(erased)';

/** What is left of an alert names neither the shipment nor its load units. */
const withoutGoods = (alert: Alert): Alert => ({
  ...alert,
  shipment: ERASED,
  matter: alert.source === 'inventory' ? {} : alert.matter,
});

const handle: RequestHandler['handle'] = ({ document }, { state }): RequestOutcome => {
  const asked = readDocument(schema, document);
  if (!asked.ok) return asked;
  const { id, reason } = asked.value;
  const found = findShipment(state, id);
  if (!found.ok) return found;
  if (found.value.state !== 'closed') {
    const hint = 'release or reject it, then close it';
    return refusal('STEP_OUT_OF_ORDER', `shipment ${id} is ${found.value.state}, not closed`, hint);
  }
  const alerts = readAlerts(state).filter(({ shipment }) => shipment === id);
  const open = alerts.find((alert) => alert.state !== 'closed');
  if (open) {
    const hint = 'quality closes it first: what it judges would be gone';
    return refusal('ALERT_OPEN', `alert ${open.id} is ${open.state}`, hint);
  }
  const quarantines = quarantinesWith(state, id);
  const undecided = quarantines.find(({ disposition }) => disposition === undefined);
  if (undecided) {
    const hint = 'quality decides first: what it judges would be gone';
    return refusal('KITS_SET_ASIDE', `of the kits of ${undecided.id} nothing is decided`, hint);
  }
  return {
    ok: true,
    records: [
      {
        kind: recordKinds.shipmentEvent,
        subjectName: id,
        shipmentName: id,
        isSalted: true,
        detail: { type: 'shipment', event: 'erased', reason },
      },
    ],
    state: [
      removedShipmentRow(id),
      ...alerts.map((alert) => alertRow(withoutGoods(alert))),
      ...quarantines.map(nameless),
    ],
    erases: id,
    answer: { event: 'erased' },
  };
};

/** A kept alert that cannot be read stops it: nobody knows whose it is. */
const guarded = (handler: RequestHandler) =>
  refusingHandler(handler, (error) =>
    error instanceof AlertError ? refusal(error.code, error.message, error.hint) : undefined,
  );

export const eraseShipmentHandler: RequestHandler = shipmentHandler(
  trialHandler(guarded({ kind: 'shipment.erase', roles: ['administrator'], needsSignature: true, handle })),
);
