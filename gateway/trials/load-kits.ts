// `trial.load`: kits go with a shipment that is not armed yet. It names neither products nor tags: what two arms are called
// must not be on it.

import { kitBands } from '../excursions/kit-use.js';
import type { RequestHandler, RequestOutcome, StateView } from '../requests/request.js';
import { type Shipment, shipmentRow } from '../shipments/shipment.js';
import { section } from '../shipments/shipment-fields.js';
import { shipmentId } from '../shipments/shipment-order.js';
import {
  findShipment,
  type Refusal,
  readDocument,
  refusal,
  shipmentHandler,
} from '../shipments/shipment-request.js';
import { isRunning } from '../shipments/shipment-states.js';
import { isGone, type Kit, kitRow, readKits } from './kit.js';
import { MAX_KITS_PER_SHIPMENT } from './kit-number.js';
import { findKits, kitList, type TrialGateway, told, trialHandler } from './trial-request.js';
import { allowanceOf, readTerms, type TrialTerms } from './trial-terms.js';

const askedSchema = section({ shipment: shipmentId, kits: kitList });

function unfit(shipment: Shipment): Refusal | undefined {
  const { id, state, products, tags, stabilityLedger } = shipment;
  if (state !== 'draft') {
    return refusal('STEP_OUT_OF_ORDER', `shipment ${id} is ${state}`, 'kits are loaded before it is armed');
  }
  if (products.length + tags.length + stabilityLedger.length === 0) return undefined;
  const hint = 'make it without products, tags and stabilityLedger: they would tell one arm from the other';
  return refusal('LABELS_REFUSED', `shipment ${id} names its goods`, hint);
}

function inTheWay(state: StateView, kits: readonly Kit[], trial: string): Refusal | undefined {
  for (const kit of kits) {
    if (kit.trial !== trial) {
      return refusal('TRIAL_DIFFERS', `kit ${kit.kit} is of another trial`, 'one trial to a shipment');
    }
    if (isGone(kit)) return refusal('KIT_GONE', `kit ${kit.kit} is ${kit.condition}`, 'look for the mix-up');
    const held = kit.place && findShipment(state, kit.place.shipment);
    const isHeld = held?.ok === true && (isRunning(held.value.state) || kit.place?.isBegun === true);
    if (isHeld) {
      const reason = `kit ${kit.kit} goes with shipment ${kit.place?.shipment}`;
      return refusal('KIT_TAKEN', reason, 'deliver that one first');
    }
  }
  return undefined;
}

/** What the kit with the least of it has left; the shipment's own alerts warn by that. */
function leastLeft(terms: TrialTerms, kits: readonly Kit[]) {
  const allowance = allowanceOf(terms);
  const left = (band: 'warmMs' | 'coldMs') =>
    Math.max(0, Math.min(...kits.map(({ used }) => allowance[band] - used[band] - used.unknownMs)));
  return { warmMs: left('warmMs'), coldMs: left('coldMs') };
}

/** A kit that comes from elsewhere without a statement: nobody here knows what it has seen. */
function withoutHistory(kit: Kit, isOrigin: boolean): boolean {
  return !isOrigin && kit.knownToMs === undefined && kit.condition === 'usable' && kit.due === undefined;
}

export function loadKitsHandler({ address }: TrialGateway): RequestHandler {
  const handle: RequestHandler['handle'] = ({ document }, { state }): RequestOutcome => {
    const asked = readDocument(askedSchema, document);
    if (!asked.ok) return { ...asked, code: 'TRIAL_INVALID' };
    const found = findShipment(state, asked.value.shipment);
    if (!found.ok) return found;
    const shipment = found.value;
    const kits = findKits(state, asked.value.kits);
    if (!kits.ok) return kits;
    const [first] = kits.value;
    const terms = first && readTerms(state, shipment.kits?.trial ?? first.trial);
    if (!terms) return refusal('TRIAL_UNKNOWN', 'the trial is not registered', 'coldgate trial register');
    const obstacle = unfit(shipment) ?? inTheWay(state, kits.value, terms.trial);
    if (obstacle) return obstacle;
    const numbers = new Set(asked.value.kits);
    const before = readKits(state, terms.trial).filter(
      ({ kit, place }) => place?.shipment === shipment.id && !numbers.has(kit),
    );
    const all = [...before, ...kits.value];
    if (all.length > MAX_KITS_PER_SHIPMENT) {
      const reason = `${all.length} kits in one shipment, at most ${MAX_KITS_PER_SHIPMENT}`;
      return refusal('TOO_MANY_KITS', reason, 'make several shipments');
    }
    const isOrigin = terms.origin === address;
    const place = { shipment: shipment.id, isBegun: false };
    const rows = kits.value.map(
      (kit): Kit => ({
        ...kit,
        place,
        ...(withoutHistory(kit, isOrigin) ? { due: { cause: 'history-missing' as const } } : {}),
      }),
    );
    const withKits = { trial: terms.trial, bands: [...kitBands(terms, leastLeft(terms, all))] };
    const missing = rows.filter(({ due }) => due?.cause === 'history-missing').length;
    return told(
      {
        type: 'trial-kits',
        event: 'loaded',
        trial: terms.trial,
        shipment: shipment.id,
        kits: asked.value.kits,
      },
      [...rows.map(kitRow), shipmentRow({ ...shipment, kits: withKits })],
      { shipment: shipment.id, trial: terms.trial, kits: all.length, withoutHistory: missing },
      shipment.id,
    );
  };
  return trialHandler(
    shipmentHandler({ kind: 'trial.load', roles: ['operator', 'quality'], needsSignature: false, handle }),
  );
}
