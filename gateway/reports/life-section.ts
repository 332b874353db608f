// The steps of a shipment's life and of its alerts as a report shows them, and from when to when it is judged. Pure.

import type { CustodyStep, ReportActor } from './order-fold.js';
import type { Report } from './report-schema.js';
import type { ReviewStep } from './review-fold.js';
import type { ShipmentFold } from './shipment-fold.js';
import { instantOf } from './utc.js';

/** On the axis, ms, and in words. */
export interface ReportPeriod {
  readonly fromMs: number;
  readonly toMs: number;
  readonly told: Pick<Report['period'], 'startAt' | 'startReason' | 'stopAt' | 'stopReason'>;
}

/** States in which probes are no longer read for the shipment. */
const over: ReadonlySet<string> = new Set(['delivered', 'under-review', 'released', 'rejected', 'closed']);

/** From arming to delivery where an order tells both; else from the first to the last record. */
export function periodOf({ order, axis, first, last }: ShipmentFold): ReportPeriod {
  const armed = order.steps.find(({ event }) => event === 'armed');
  const delivered = order.steps.find(({ event }) => event === 'delivered');
  const begin = armed ?? first ?? { bootCount: 0, uptimeMs: 0 };
  const end = delivered ?? last ?? begin;
  const state = order.steps.at(-1)?.state;
  const isRunning = delivered === undefined && !over.has(state ?? '') && order.hasOrder;
  const fromMs = axis.at(begin);
  return {
    fromMs,
    toMs: Math.max(fromMs, axis.at(end)),
    told: {
      startAt: instantOf(armed?.atMs ?? first?.observedAtMs ?? 0),
      startReason: armed ? 'armed' : 'first-record',
      stopAt: instantOf(delivered?.atMs ?? last?.observedAtMs ?? 0),
      stopReason: delivered ? 'delivered' : isRunning ? 'still-running' : 'last-record',
    },
  };
}

function actorSection(by: ReportActor | undefined) {
  if (!by) return undefined;
  const { name, printedName, role, signature } = by;
  const { signedAtMs = 0, ...signed } = signature ?? {};
  return { name, printedName, role, signature: signature && { ...signed, signedAt: instantOf(signedAtMs) } };
}

export function custodySteps(steps: readonly CustodyStep[]) {
  return steps.map(({ event, state, atMs, sequence, by, reason }) => ({
    ...{ event, state, at: instantOf(atMs), sequence, by: actorSection(by), reason },
  }));
}

export function reviewSteps(steps: readonly ReviewStep[]) {
  return steps.map(({ atMs, by, ...step }) => ({ ...step, at: instantOf(atMs), by: actorSection(by) }));
}
