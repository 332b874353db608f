// `shipment.confirm-range`: one person's word on which of two papers holds. When two persons have said the same, one of
// them of quality, the range is settled and the profile bent to it; until then the shipment cannot be armed.

import * as z from 'zod';
import type { Actor, RequestHandler, RequestOutcome } from '../requests/request.js';
import { profileDocument } from './profile-document.js';
import type { RangeDispute, Shipment } from './shipment.js';
import { section } from './shipment-fields.js';
import { shipmentId } from './shipment-order.js';
import { done, findShipment, readDocument, refusal, shipmentHandler } from './shipment-request.js';
import {
  isPossible,
  profileWithRange,
  type RangeSource,
  rangeDocument,
  rangeSources,
  rangeText,
  type TransportRange,
} from './transport-range.js';

const confirmSchema = section({ id: shipmentId, range: z.enum(rangeSources, 'one of label, order') });

/** What holds if `source` does: what the label does not tell, the order does. */
function rangeBy({ label, order }: RangeDispute, source: RangeSource): TransportRange | undefined {
  if (source === 'order') return order;
  return label && { ...order, ...label };
}

type Words = RangeDispute['confirmations'];

/** Whether one other person has said the same, and one of the two is of quality. */
function isSettledBy({ role }: Actor, source: RangeSource, others: Words): boolean {
  return others.some((word) => word.range === source && (word.role === 'quality' || role === 'quality'));
}

function settle(
  shipment: Shipment,
  dispute: RangeDispute,
  source: RangeSource,
  range: TransportRange,
): Shipment {
  const profile = profileWithRange(shipment.profile, range, source);
  return { ...shipment, profile, dispute: { ...dispute, settled: source } };
}

const handle: RequestHandler['handle'] = ({ document }, { actor, state, nowMs }): RequestOutcome => {
  const asked = readDocument(confirmSchema, document);
  if (!asked.ok) return asked;
  const { id, range: source } = asked.value;
  const found = findShipment(state, id);
  if (!found.ok) return found;
  const { dispute } = found.value;
  if (!dispute) {
    return refusal(
      'RANGE_NOT_DISPUTED',
      `the papers of ${id} agree on its range`,
      'nothing is to be confirmed',
    );
  }
  if (dispute.settled !== undefined || found.value.state !== 'draft') {
    const hint = 'what was settled stays; another range needs another shipment';
    return refusal('RANGE_SETTLED', `the range of ${id} is settled: ${dispute.settled ?? 'none'}`, hint);
  }
  const range = rangeBy(dispute, source);
  if (!range) return refusal('RANGE_NOT_TOLD', `the label of ${id} tells no range`, 'confirm the order');
  if (!isPossible(range)) {
    const reason = `no temperature lies within ${rangeText(range)}`;
    return refusal('RANGE_IMPOSSIBLE', reason, 'the label and the order are not of the same goods');
  }
  const { name: by, role } = actor;
  if (dispute.confirmations.some((word) => word.by === by && word.range === source)) {
    return refusal(
      'ALREADY_CONFIRMED',
      `${by} has confirmed this already`,
      'another person must confirm it too',
    );
  }
  // Whoever thinks again takes the earlier word back.
  const others = dispute.confirmations.filter((word) => word.by !== by);
  const confirmations = [...others, { by, role, range: source, atMs: nowMs }];
  const isSettled = isSettledBy(actor, source, others);
  const told = { ...dispute, confirmations };
  const shipment = isSettled ? settle(found.value, told, source, range) : { ...found.value, dispute: told };
  const words = { range: source, holds: rangeDocument(range), isSettled };
  const profile = isSettled ? { profile: profileDocument(shipment.profile) } : {};
  return done(shipment, 'range-confirmed', { ...words, ...profile }, words);
};

export const confirmRangeHandler: RequestHandler = shipmentHandler({
  kind: 'shipment.confirm-range',
  roles: ['operator', 'quality'],
  needsSignature: false,
  handle,
});
