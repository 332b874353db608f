// All that may be asked about shipments.

import type { RequestHandler } from '../requests/request.js';
import { confirmRangeHandler } from './confirm-range.js';
import { createShipmentHandler } from './create-shipment.js';
import { handOverHandler } from './hand-over.js';
import { stepHandlers } from './move-shipment.js';
import type { KnowsProbe } from './probe-claims.js';

/**
 * The handlers of a gateway.
 * @param knowsProbe whether the gateway has a temperature probe of that name; others are refused
 */
export function shipmentHandlersFor(knowsProbe: KnowsProbe): RequestHandler[] {
  return [
    createShipmentHandler(knowsProbe),
    confirmRangeHandler,
    handOverHandler,
    ...stepHandlers(knowsProbe),
  ];
}

/** Without knowledge of the configuration: any probe name is taken. */
export const shipmentHandlers: RequestHandler[] = shipmentHandlersFor(() => true);
