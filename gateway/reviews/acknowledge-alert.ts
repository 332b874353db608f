// The request `alert.acknowledge`: somebody has seen it. Ends the reminders, judges nothing.

import { section } from '../shipments/shipment-fields.js';
import { alertHandler, alertId, done, outOfOrder, reason } from './alert-request.js';

export const acknowledgeHandler = alertHandler({
  kind: 'alert.acknowledge',
  roles: ['operator', 'quality'],
  needsSignature: false,
  schema: section({ id: alertId, why: reason.exactOptional() }),
  handle: (alert, { why }, context) => {
    if (alert.state !== 'open') return outOfOrder(alert, 'acknowledged');
    const from = { from: alert.state };
    return done({ ...alert, state: 'acknowledged' }, { action: 'acknowledged', why }, from, context);
  },
});
