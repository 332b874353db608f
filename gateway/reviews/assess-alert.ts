// The request `alert.assess`: quality says what it means for the goods, and why. May be said anew until it is signed
// for; whoever had signed as reviewed has then reviewed something else.

import * as z from 'zod';
import { says } from '../../config/fields.js';
import { section } from '../shipments/shipment-fields.js';
import { assessmentResults } from './alert.js';
import { alertHandler, alertId, done, outOfOrder, reason } from './alert-request.js';

const result = z.enum(assessmentResults, says(`one of ${assessmentResults.join(', ')}`, 'result: no-impact'));

export const assessHandler = alertHandler({
  kind: 'alert.assess',
  roles: ['quality'],
  needsSignature: false,
  schema: section({ id: alertId, result, why: reason }),
  handle: (alert, asked, context) => {
    if (alert.state !== 'acknowledged' && alert.state !== 'assessed') return outOfOrder(alert, 'assessed');
    const { actor, nowMs } = context;
    const { name, printedName } = actor;
    const assessment = { result: asked.result, why: asked.why, by: name, printedName, atMs: nowMs };
    const before = alert.assessment === undefined ? {} : { previousResult: alert.assessment.result };
    const detail = { from: alert.state, result: asked.result, records: alert.records, ...before };
    const after = { ...alert, state: 'assessed' as const, assessment, signatures: [] };
    return done(after, { action: 'assessed', why: asked.why }, detail, context);
  },
});
