// The requests that take a shipment one step further. Release and rejection are a person's judgement: of quality, signed
// and with a reason; nothing else leads there.

import type * as z from 'zod';
import type { RequestHandler, RequestOutcome, Role } from '../requests/request.js';
import { inventoryRows } from './inventory-due.js';
import { claimRefusal, type KnowsProbe, unknownProbe } from './probe-claims.js';
import { readRunningShipments, type Shipment } from './shipment.js';
import { section, text } from './shipment-fields.js';
import { shipmentId } from './shipment-order.js';
import {
  done,
  entered,
  findShipment,
  type Refusal,
  readDocument,
  refusal,
  shipmentHandler,
} from './shipment-request.js';
import { type ShipmentStep, stateAfter, stepsFrom, transitions } from './shipment-states.js';

const MAX_REASON = 1000;
const plainSchema = section({ id: shipmentId });
const reasonedSchema = section({
  id: shipmentId,
  reason: text(MAX_REASON, 'reason: no excursion, seals intact'),
});

interface StepDocument {
  readonly id: string;
  readonly reason?: string;
}

interface StepRule {
  readonly roles: readonly Role[];
  /** Signed, with a reason. */
  readonly isJudgement: boolean;
}

const anyHand: StepRule = { roles: ['operator', 'quality'], isJudgement: false };
const qualityHand: StepRule = { roles: ['quality'], isJudgement: false };
const judgement: StepRule = { roles: ['quality'], isJudgement: true };

const stepRules: Readonly<Record<ShipmentStep, StepRule>> = {
  arm: anyHand,
  depart: anyHand,
  deliver: anyHand,
  review: qualityHand,
  release: judgement,
  reject: judgement,
  close: qualityHand,
};

function outOfOrder({ id, state }: Shipment, step: ShipmentStep): Refusal {
  const steps = stepsFrom(state);
  const hint = steps.length === 0 ? `${state} is the end` : `possible now: ${steps.join(' or ')}`;
  return refusal('STEP_OUT_OF_ORDER', `shipment ${id} is ${state}; ${step} is not possible from there`, hint);
}

function unsettledRange({ id, dispute }: Shipment): Refusal | undefined {
  if (!dispute || dispute.settled !== undefined) return undefined;
  return refusal(
    'RANGE_DISPUTED',
    `the papers of ${id} tell different transport temperatures`,
    `two persons, one of them of quality: coldgate shipment confirm-range ${id} --range label|order`,
  );
}

function stepHandler(step: ShipmentStep, knowsProbe: KnowsProbe): RequestHandler {
  const { roles, isJudgement } = stepRules[step];
  const schema: z.ZodType<StepDocument> = isJudgement ? reasonedSchema : plainSchema;
  const handle: RequestHandler['handle'] = ({ document }, context): RequestOutcome => {
    const asked = readDocument(schema, document);
    if (!asked.ok) return asked;
    const found = findShipment(context.state, asked.value.id);
    if (!found.ok) return found;
    const before = found.value;
    const state = stateAfter(before.state, step);
    if (state === undefined) return outOfOrder(before, step);
    if (step === 'arm') {
      const obstacle =
        unsettledRange(before) ??
        unknownProbe(before.probes, knowsProbe) ??
        claimRefusal(before, readRunningShipments(context.state));
      if (obstacle) return obstacle;
    }
    const from = { from: before.state };
    const { reason } = asked.value;
    const judged = reason === undefined ? {} : { reason, meaning: step };
    const after = entered(before, state, context);
    const outcome = done(after, transitions[step].event, { ...from, ...judged }, from);
    if (!outcome.ok) return outcome;
    return { ...outcome, state: [...outcome.state, ...inventoryRows(context.state, after, step)] };
  };
  return shipmentHandler({ kind: `shipment.${step}`, roles, needsSignature: isJudgement, handle });
}

/** One handler per step. @param knowsProbe whether the gateway has a probe of that name */
export function stepHandlers(knowsProbe: KnowsProbe): readonly RequestHandler[] {
  return (Object.keys(transitions) as ShipmentStep[]).map((step) => stepHandler(step, knowsProbe));
}
