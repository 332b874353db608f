// `trial.dispense` and `trial.set-aside`: a kit is handed out, once; a person sets kits aside, such as for a broken seal.

import { addUse } from '../excursions/kit-use.js';
import type { RequestHandler, RequestOutcome } from '../requests/request.js';
import { section, text } from '../shipments/shipment-fields.js';
import { readDocument, refusal } from '../shipments/shipment-request.js';
import { isGone, isUsable, type Kit, kitRow, unplaced } from './kit.js';
import { kitNumber } from './kit-number.js';
import { findKits, kitList, type TrialGateway, told, trialHandler } from './trial-request.js';

const dispenseSchema = section({ kit: kitNumber });
const asideSchema = section({ kits: kitList, reason: text(200, 'reason: seal broken') });

export function dispenseHandler({ exposureOf }: TrialGateway): RequestHandler {
  const handle: RequestHandler['handle'] = ({ document }, { state, nowMs }): RequestOutcome => {
    const asked = readDocument(dispenseSchema, document);
    if (!asked.ok) return { ...asked, code: 'TRIAL_INVALID' };
    const found = findKits(state, [asked.value.kit]);
    if (!found.ok) return found;
    const [kit] = found.value;
    if (!kit) return refusal('TRIAL_UNKNOWN', 'its trial is not registered', 'coldgate trial register');
    if (isGone(kit)) return refusal('KIT_GONE', `kit ${kit.kit} is ${kit.condition}`, 'look for the mix-up');
    if (!isUsable(kit)) {
      return refusal('KIT_SET_ASIDE', `kit ${kit.kit} is set aside`, 'do not use it; quality decides');
    }
    const { shipment = '', isBegun = false } = kit.place ?? {};
    const leg = isBegun ? exposureOf(shipment) : undefined;
    if (!leg) {
      const hint = 'arm a shipment with it where it is stored: without probes nobody can tell how it is';
      return refusal('KIT_UNWATCHED', `kit ${kit.kit} is watched by nobody`, hint);
    }
    const used = addUse(kit.used, leg);
    const gone: Kit = {
      ...unplaced(kit),
      condition: 'dispensed',
      used,
      legs: kit.legs + 1,
      knownToMs: nowMs,
    };
    const line = [kit.kit, used.warmMs, used.coldMs, used.unknownMs, gone.legs, gone.condition];
    return told(
      { type: 'trial-kits', event: 'dispensed', trial: kit.trial, shipment, kits: [line] },
      [kitRow(gone)],
      { kit: kit.kit, condition: gone.condition },
      shipment,
    );
  };
  return trialHandler({
    kind: 'trial.dispense',
    roles: ['operator', 'quality'],
    needsSignature: false,
    handle,
  });
}

const setAside: RequestHandler['handle'] = ({ document }, { state }): RequestOutcome => {
  const asked = readDocument(asideSchema, document);
  if (!asked.ok) return { ...asked, code: 'TRIAL_INVALID' };
  const found = findKits(state, asked.value.kits);
  if (!found.ok) return found;
  const kits = found.value;
  const [first] = kits;
  const other = kits.find(({ trial }) => trial !== first?.trial);
  if (!first || other) return refusal('TRIAL_DIFFERS', 'the kits are of several trials', 'one trial at once');
  const held = kits.find((kit) => !isUsable(kit));
  if (held) return refusal('KIT_SET_ASIDE', `kit ${held.kit} is ${held.condition}`, 'leave it out');
  const { reason } = asked.value;
  const due = { cause: 'by-hand' as const, reason };
  return told(
    { type: 'trial-kits', event: 'set-aside', trial: first.trial, reason, kits: asked.value.kits },
    kits.map((kit) => kitRow({ ...kit, due })),
    { trial: first.trial, kits: kits.length },
  );
};

export const setAsideHandler = trialHandler({
  kind: 'trial.set-aside',
  roles: ['operator', 'quality'],
  needsSignature: false,
  handle: setAside,
});
