// What all requests about trials share: strict documents, kits that must be known, and one record with its rows.

import * as z from 'zod';
import { recordKinds } from '../../ledger-sync/evidence/record.js';
import type { KitUse } from '../excursions/kit-use.js';
import { refusingHandler } from '../requests/refusing-handler.js';
import type { RequestHandler, RequestOutcome, StateChange, StateView } from '../requests/request.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { list } from '../shipments/shipment-fields.js';
import { type Refusal, refusal } from '../shipments/shipment-request.js';
import { type Kit, readKit } from './kit.js';
import { kitNumber, MAX_KITS } from './kit-number.js';

/** What the handlers know of the gateway that they run in. */
export interface TrialGateway {
  /** 0x, lower case. */
  readonly address: string;
  /** What the kits of a running shipment were exposed to on this leg; undefined where it does not run. */
  readonly exposureOf: (shipment: string) => KitUse | undefined;
}

export const kitList = list(kitNumber, MAX_KITS, "kits: ['4711908325']")
  .min(1)
  .refine((kits) => new Set(kits).size === kits.length, 'each kit once')
  // What order they came in is nobody's business.
  .transform((kits) => [...kits].sort());

/** Refuses instead of throwing where a kept row cannot be read. */
export function trialHandler(handler: RequestHandler): RequestHandler {
  return refusingHandler(handler, (error) => {
    if (!(error instanceof z.ZodError || error instanceof SyntaxError)) return undefined;
    const hint = 'the journal was changed by hand or by another version; restore it';
    return refusal('TRIAL_UNREADABLE', 'a row of a trial or kit cannot be read', hint);
  });
}

/** The kits by their numbers, or why one of them is none. */
export function findKits(
  state: StateView,
  numbers: readonly string[],
): { readonly ok: true; readonly value: readonly Kit[] } | Refusal {
  const kits = numbers.map((number) => readKit(state, number));
  const unknown = numbers.filter((_number, at) => kits[at] === undefined);
  if (unknown.length === 0) return { ok: true, value: kits.filter((kit) => kit !== undefined) };
  const reason = `${unknown.length} kits are not registered, the first is ${unknown[0]}`;
  return refusal('KIT_UNKNOWN', reason, 'coldgate trial register makes kits known');
}

/**
 * One record and its rows.
 * @param shipment to which it belongs
 */
export function told(
  detail: DetailDocument,
  state: readonly StateChange[],
  answer: DetailDocument,
  shipment?: string,
): RequestOutcome {
  const about =
    shipment === undefined
      ? { subjectName: 'trials' }
      : { subjectName: shipment, shipmentName: shipment, isSalted: true };
  return { ok: true, records: [{ kind: recordKinds.shipmentEvent, ...about, detail }], state, answer };
}
