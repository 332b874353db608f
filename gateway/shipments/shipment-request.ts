// What all requests about shipments share: the document is read strictly, what cannot be read is refused, and what
// is done becomes one record, one row and one answer.

import type * as z from 'zod';
import { pathText } from '../../config/finding.js';
import { schemaFindings } from '../../config/schema-findings.js';
import { printable } from '../../ledger-sync/evidence/printable.js';
import { recordKinds } from '../../ledger-sync/evidence/record.js';
import { refusingHandler } from '../requests/refusing-handler.js';
import type { RequestContext, RequestHandler, RequestOutcome, StateView } from '../requests/request.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { readShipment, type Shipment, shipmentRow } from './shipment.js';
import { ShipmentError } from './shipment-error.js';
import type { ShipmentState } from './shipment-states.js';

export type Refusal = Extract<RequestOutcome, { ok: false }>;

/** A no, as a value. */
export function refusal(code: string, reason: string, hint: string): Refusal {
  return { ok: false, code, reason: printable(reason), hint };
}

/** The document as its schema gives it, or why it is refused. */
export function readDocument<Schema extends z.core.$ZodType>(
  schema: Schema & z.ZodType<z.output<Schema>>,
  document: DetailDocument,
): { readonly ok: true; readonly value: z.output<Schema> } | Refusal {
  const result = schema.safeParse(document);
  if (result.success) return { ok: true, value: result.data };
  const findings = schemaFindings(result.error.issues, document);
  const reasons = findings.map(({ at, message, seen, allowed }) =>
    [
      [pathText(at), message].filter(Boolean).join(': '),
      seen === undefined ? [] : `seen ${seen}`,
      allowed === undefined ? [] : `allowed: ${allowed}`,
    ]
      .flat()
      .join(', '),
  );
  return refusal('SHIPMENT_INVALID', reasons.join('; '), 'mend the order and ask again');
}

/** The shipment of a request, or why there is none. */
export function findShipment(
  state: StateView,
  id: string,
): { readonly ok: true; readonly value: Shipment } | Refusal {
  const shipment = readShipment(state, id);
  if (shipment) return { ok: true, value: shipment };
  return refusal('SHIPMENT_UNKNOWN', `there is no shipment ${id}`, 'coldgate shipment list shows them');
}

/** Puts a shipment into a state. */
export function entered(shipment: Shipment, state: ShipmentState, context: RequestContext): Shipment {
  const { actor, nowMs } = context;
  return { ...shipment, state, history: [...shipment.history, { state, atMs: nowMs, by: actor.name }] };
}

/**
 * One record of the shipment, its row, and the answer.
 * @param detail joins what every record of a shipment says: the state it is in and the profile in force
 */
export function done(
  shipment: Shipment,
  event: string,
  detail: DetailDocument,
  answer: DetailDocument = {},
): RequestOutcome {
  const { id, state, profile } = shipment;
  const stands = { state, profileHash: profile.hash };
  return {
    ok: true,
    records: [
      {
        kind: recordKinds.shipmentEvent,
        subjectName: id,
        shipmentName: id,
        isSalted: true,
        detail: { type: 'shipment', event, ...stands, ...detail },
      },
    ],
    state: [shipmentRow(shipment)],
    answer: { shipment: id, ...stands, ...answer },
  };
}

/** A handler that refuses instead of throwing when a kept shipment cannot be read. */
export function shipmentHandler(handler: RequestHandler): RequestHandler {
  return refusingHandler(handler, (error) =>
    error instanceof ShipmentError ? refusal(error.code, error.message, error.hint) : undefined,
  );
}
