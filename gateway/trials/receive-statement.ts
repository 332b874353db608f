// `trial.receive`: takes over what another gateway has signed of kits. What it does not say is not zero: kits without a
// statement, and time between two statements, count as unknown.

import * as z from 'zod';
import type { RequestHandler, RequestOutcome, StateView } from '../requests/request.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { section } from '../shipments/shipment-fields.js';
import { findShipment, type Refusal, readDocument, refusal } from '../shipments/shipment-request.js';
import { isRunning } from '../shipments/shipment-states.js';
import { isGone, type Kit, kitRow, readKit, withoutDue } from './kit.js';
import { kitLine, type LegStatement, openStatement, type StatedKit } from './leg-statement.js';
import { TrialFileError } from './trial-file-error.js';
import { told, trialHandler } from './trial-request.js';
import { readTerms, termsHash } from './trial-terms.js';

const askedSchema = section({ bundle: z.record(z.string(), z.json()) });

/** Clocks of two gateways differ a little; a statement from tomorrow would hide a hole. */
const MAX_AHEAD_MS = 300_000;

const opened = (bundle: DetailDocument): LegStatement | Refusal => {
  try {
    return openStatement(JSON.stringify(bundle));
  } catch (error) {
    if (!(error instanceof TrialFileError)) throw error;
    return refusal(error.code, error.message, error.hint);
  }
};

/** Why what is stated of a kit cannot follow what is known of it here. */
function contradiction(state: StateView, kit: Kit, stated: StatedKit, toMs: number): Refusal | undefined {
  const { kit: number, used, place, knownToMs } = kit;
  const held = place && findShipment(state, place.shipment);
  if (held?.ok && (isRunning(held.value.state) || place?.isBegun)) {
    const reason = `kit ${number} goes with shipment ${place?.shipment} here`;
    return refusal('KIT_TAKEN', reason, 'statements are taken before the kits are on their way');
  }
  if (knownToMs !== undefined && toMs <= knownToMs) {
    const reason = `what is known of kit ${number} is newer than the statement`;
    return refusal('STATEMENT_OLD', reason, 'ask the gateway that had the kits last');
  }
  const isLess =
    stated.legs <= kit.legs ||
    stated.used.warmMs < used.warmMs ||
    stated.used.coldMs < used.coldMs ||
    stated.used.unknownMs < used.unknownMs;
  if (!isLess) return undefined;
  const reason = `the statement says less of kit ${number} than is known here`;
  return refusal('STATEMENT_CONTRADICTS', reason, 'a leg was left out; quality decides');
}

function after(before: Kit, { used, legs, condition }: StatedKit, toMs: number): Kit {
  // What was missing is here.
  const kit = before.due?.cause === 'history-missing' ? withoutDue(before) : before;
  const known: Kit = { ...kit, used, legs, knownToMs: toMs };
  if (condition === 'usable' || isGone(kit)) return known;
  if (condition !== 'quarantined') return { ...known, condition };
  return kit.condition === 'quarantined' ? known : { ...known, due: { cause: 'set-aside-before' } };
}

const handle: RequestHandler['handle'] = ({ document }, { state, nowMs }): RequestOutcome => {
  const asked = readDocument(askedSchema, document);
  if (!asked.ok) return { ...asked, code: 'TRIAL_INVALID' };
  const statement = opened(asked.value.bundle as DetailDocument);
  if ('ok' in statement) return statement;
  const { trial, gateway, toMs, sequence } = statement;
  const terms = readTerms(state, trial);
  if (!terms) return refusal('TRIAL_UNKNOWN', `trial ${trial} is not registered`, 'coldgate trial register');
  if (!terms.gateways.includes(gateway)) {
    const hint = 'name it under gateways in the terms of the trial, or do not believe it';
    return refusal('GATEWAY_UNKNOWN', `nobody here believes statements of ${gateway}`, hint);
  }
  if (statement.termsHash !== termsHash(terms)) {
    const reason = `${gateway} counts trial ${trial} by other terms`;
    return refusal('TRIAL_DIFFERS', reason, 'register the same terms at each gateway');
  }
  if (toMs > nowMs + MAX_AHEAD_MS) {
    return refusal('STATEMENT_AHEAD', 'the leg ends in the future', 'look at the clocks of both gateways');
  }
  const rows: Kit[] = [];
  for (const stated of statement.kits) {
    const kit = readKit(state, stated.kit);
    if (kit?.trial !== trial) continue;
    const obstacle = contradiction(state, kit, stated, toMs);
    if (obstacle) return obstacle;
    rows.push(after(kit, stated, toMs));
  }
  if (rows.length === 0) {
    return refusal('KIT_UNKNOWN', 'it names no kit that is registered here', 'coldgate trial register');
  }
  const kits = rows.map(({ kit }) => kit);
  const lines = statement.kits.filter(({ kit }) => kits.includes(kit)).map(kitLine);
  return told(
    { type: 'trial-kits', event: 'received', trial, from: gateway, sequence, toMs, kits: lines },
    rows.map(kitRow),
    { trial, from: gateway, kits: rows.length, others: statement.kits.length - rows.length },
  );
};

export const receiveStatementHandler = trialHandler({
  kind: 'trial.receive',
  roles: ['operator', 'quality'],
  needsSignature: false,
  handle,
});
