// `trial.register`: quality makes a trial and its kits known. The same terms again add kits.

import { noUse } from '../excursions/kit-use.js';
import type { RequestHandler, RequestOutcome } from '../requests/request.js';
import { section } from '../shipments/shipment-fields.js';
import { readDocument, refusal } from '../shipments/shipment-request.js';
import { type Kit, kitRow, readKit } from './kit.js';
import { lookCounted } from './kit-number.js';
import { kitList, told, trialHandler } from './trial-request.js';
import { readTerms, termsHash, termsRow, termsSchema } from './trial-terms.js';

const askedSchema = section({ terms: termsSchema, kits: kitList });

const handle: RequestHandler['handle'] = ({ document }, { state }): RequestOutcome => {
  const asked = readDocument(askedSchema, document);
  if (!asked.ok) {
    const hint = 'terms and a list of kits, and nothing else: no arm, product or lot may stand there';
    return { ...asked, code: 'TRIAL_INVALID', hint };
  }
  const { terms, kits } = asked.value;
  const { trial } = terms;
  const known = readTerms(state, trial);
  if (known && termsHash(known) !== termsHash(terms)) {
    const hint = 'kits that are under way count by the terms that they began with; name a new trial';
    return refusal('TRIAL_DIFFERS', `trial ${trial} has other terms`, hint);
  }
  const twice = kits.filter((kit) => readKit(state, kit) !== undefined);
  if (twice.length > 0) {
    const reason = `${twice.length} kits are registered, the first is ${twice[0]}`;
    return refusal('KIT_EXISTS', reason, 'a number is used once, in whatever trial');
  }
  if (lookCounted(kits)) {
    const hint = 'draw them: coldgate trial kits; numbers that were counted tell who was packed with whom';
    return refusal('KITS_COUNTED', 'the kit numbers follow each other', hint);
  }
  const rows = kits.map((kit): Kit => ({ kit, trial, condition: 'usable', used: noUse, legs: 0 }));
  const hash = termsHash(terms);
  return told(
    { type: 'trial', event: 'registered', trial, terms: { ...terms }, termsHash: hash, kits },
    [termsRow(terms), ...rows.map(kitRow)],
    { trial, termsHash: hash, kits: kits.length },
  );
};

export const registerTrialHandler = trialHandler({
  kind: 'trial.register',
  roles: ['quality'],
  needsSignature: true,
  handle,
});
