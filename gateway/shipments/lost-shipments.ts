// Shipments whose rows a damaged journal has lost, made again by what people asked: their requests stand beside the log, and who
// asked when is in the signed record of each. Without its row a shipment that is under way is judged by nobody.

import type { AcceptedRequest } from '../journal/request-rows.js';
import type { RequestHandler, StateChange, StateView } from '../requests/request.js';
import { StateStore } from '../requests/state-store.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { shipmentHandlers } from './shipment-handlers.js';

const handlers: ReadonlyMap<string, RequestHandler> = new Map(
  shipmentHandlers.map((handler) => [handler.kind, handler]),
);

/** What a signed record says of the request that it stands for. */
export interface RecordedRequest {
  /** Of who asked. */
  readonly by: DetailDocument;
  readonly atMs: number;
}

/**
 * @param accepted requests that were carried out, the oldest first
 * @param recordOf undefined where the record is gone
 */
export function lostShipments(
  state: StateView,
  accepted: readonly AcceptedRequest[],
  recordOf: (sequence: number) => RecordedRequest | undefined,
): readonly StateChange[] {
  const made = new StateStore(new Map());
  const ids = new Set<string>();
  for (const { id, kind, document: text, createdAtMs, sequence } of accepted) {
    const handler = handlers.get(kind);
    if (!handler) continue;
    const document = JSON.parse(text) as DetailDocument;
    const record = recordOf(sequence);
    const shipment = document.id;
    if (!record || typeof shipment !== 'string') continue;
    if (state.get(`shipment/${shipment}`) !== undefined) continue;
    const { name, printedName, role } = record.by;
    const actor = {
      ...{ name: String(name), printedName: String(printedName), role: role as 'operator' },
      ...{ isSigned: true, signature: undefined },
    };
    const request = { id, kind, document, createdAtMs };
    const outcome = handler.handle(request, { actor, state: made, nowMs: record.atMs });
    if (!outcome.ok) continue;
    made.apply(outcome.state);
    ids.add(shipment);
  }
  return [...ids].flatMap((id): StateChange[] => {
    const row = made.get(`shipment/${id}`);
    return row === undefined ? [] : [[`shipment/${id}`, row]];
  });
}
