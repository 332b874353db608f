// `shipment.create`: an order becomes a draft. The profile comes with its whole content and is recorded with it, so
// that nobody need keep a file to know by which rules the shipment was judged.

import type { AlarmProfile } from '../../config/alarm-profile.js';
import type { RequestHandler, RequestOutcome } from '../requests/request.js';
import { type KnowsProbe, unknownProbe } from './probe-claims.js';
import { profileDocument, profileSchema } from './profile-document.js';
import { type RangeDispute, readShipment } from './shipment.js';
import { ledgerProblem } from './shipment-budgets.js';
import { readShipmentLabel } from './shipment-label.js';
import { orderSchema } from './shipment-order.js';
import { done, entered, readDocument, refusal, shipmentHandler } from './shipment-request.js';
import { differs, rangeDocument, rangeOfProfile, type TransportRange } from './transport-range.js';

/** The order holds what the profile says and, in its place, what it tells itself. */
function disputeOf(
  profile: AlarmProfile,
  ordered: TransportRange,
  label: TransportRange,
): RangeDispute | undefined {
  const profiled = rangeOfProfile(profile);
  const order = { ...profiled, ...ordered };
  if (!differs(label, order) && !differs(ordered, profiled)) return undefined;
  const tells = label.lowMilliC !== undefined || label.highMilliC !== undefined;
  return { order, confirmations: [], ...(tells ? { label } : {}) };
}

/** @param knowsProbe whether the gateway has a probe of that name */
export function createShipmentHandler(knowsProbe: KnowsProbe): RequestHandler {
  const handle: RequestHandler['handle'] = ({ document }, context): RequestOutcome => {
    const thisYear = new Date(context.nowMs).getUTCFullYear();
    const order = readDocument(orderSchema(profileSchema, thisYear), document);
    if (!order.ok) return order;
    const { range = {}, label: labelText, ...kept } = order.value;
    if (readShipment(context.state, kept.id)) {
      return refusal(
        'SHIPMENT_EXISTS',
        `there is a shipment ${kept.id}`,
        'an id is used once; choose another',
      );
    }
    const unknown = unknownProbe(kept.probes, knowsProbe);
    if (unknown) return unknown;
    const problem = ledgerProblem(kept);
    if (problem) return refusal(problem.code, problem.reason, problem.hint);
    const label = labelText === undefined ? undefined : readShipmentLabel(labelText, thisYear);
    const { sscc, range: labelRange = {} } = label?.ok ? label.value : {};
    const dispute = disputeOf(kept.profile, range, labelRange);
    const shipment = entered(
      {
        ...kept,
        state: 'draft',
        history: [],
        ...(sscc === undefined ? {} : { sscc }),
        ...(dispute ? { dispute } : {}),
      },
      'draft',
      context,
    );
    const ranges = dispute && {
      order: rangeDocument(dispute.order),
      ...(dispute.label ? { label: rangeDocument(dispute.label) } : {}),
    };
    const disputed = ranges ? { rangeDisputed: ranges } : {};
    const told = { ...order.value, profile: profileDocument(kept.profile) };
    return done(shipment, 'created', { order: told, ...disputed }, disputed);
  };
  return shipmentHandler({
    kind: 'shipment.create',
    roles: ['operator', 'quality'],
    needsSignature: false,
    handle,
  });
}
