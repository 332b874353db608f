// `trial.notice` and `trial.dispose`: the sponsor was told; quality has decided. Both are of all kits that were set aside
// together, never of one: see quarantine.ts.

import * as z from 'zod';
import { addUse, noUse } from '../excursions/kit-use.js';
import type { RequestHandler, RequestOutcome, StateView } from '../requests/request.js';
import { section, text } from '../shipments/shipment-fields.js';
import { type Refusal, readDocument, refusal } from '../shipments/shipment-request.js';
import { type Kit, kitRow, readKit, unplaced, withoutDue } from './kit.js';
import { QUARANTINE_TYPE, type Quarantine, quarantineRow, readQuarantine } from './quarantine.js';
import { type TrialGateway, told, trialHandler } from './trial-request.js';

const quarantineId = text(128, 'quarantine: kits-q1');
const noticeSchema = section({ quarantine: quarantineId, to: text(200, 'to: safety desk of the sponsor') });
const disposeSchema = section({
  quarantine: quarantineId,
  decision: z.enum(['release', 'destroy']),
  reason: text(1000, 'reason: below the limits of the stability study'),
});

function find(state: StateView, id: string): { readonly ok: true; readonly value: Quarantine } | Refusal {
  const value = readQuarantine(state, id);
  if (value) return { ok: true, value };
  return refusal('QUARANTINE_UNKNOWN', `there is no quarantine ${id}`, 'coldgate trial list shows them');
}

const notice: RequestHandler['handle'] = ({ document }, { actor, state, nowMs }): RequestOutcome => {
  const asked = readDocument(noticeSchema, document);
  if (!asked.ok) return { ...asked, code: 'TRIAL_INVALID' };
  const found = find(state, asked.value.quarantine);
  if (!found.ok) return found;
  const before = found.value;
  if (before.notice)
    return refusal('NOTICE_GIVEN', `${before.id}: the sponsor was told`, 'nothing is to be done');
  const { to } = asked.value;
  const quarantine = { ...before, notice: { atMs: nowMs, by: actor.name, to } };
  const isLate = nowMs > before.noticeDueMs;
  const { id, trial, noticeDueMs, shipment } = before;
  return told(
    { type: QUARANTINE_TYPE, event: 'notice', case: id, trial, to, noticeDueMs, isLate },
    [quarantineRow(quarantine)],
    { quarantine: id, isLate },
    shipment,
  );
};

export const noticeHandler = trialHandler({
  kind: 'trial.notice',
  roles: ['operator', 'quality'],
  needsSignature: false,
  handle: notice,
});

export function disposeHandler({ exposureOf }: TrialGateway): RequestHandler {
  const decided = (kit: Kit, decision: Quarantine['disposition']): Kit => {
    const settled = withoutDue(kit);
    if (decision?.decision === 'destroy') return { ...unplaced(settled), condition: 'destroyed' };
    const onLeg = kit.place?.isBegun === true ? exposureOf(kit.place.shipment) : undefined;
    // From here on only more than what was judged counts again.
    return { ...settled, condition: 'usable', accepted: addUse(kit.used, onLeg ?? noUse) };
  };
  const handle: RequestHandler['handle'] = ({ document }, { actor, state, nowMs }): RequestOutcome => {
    const asked = readDocument(disposeSchema, document);
    if (!asked.ok) return { ...asked, code: 'TRIAL_INVALID' };
    const found = find(state, asked.value.quarantine);
    if (!found.ok) return found;
    const before = found.value;
    const { id, trial, shipment } = before;
    if (before.disposition) {
      const reason = `${id}: ${before.disposition.decision} was decided`;
      return refusal('DISPOSED', reason, 'a decision is not changed');
    }
    if (!before.notice) {
      return refusal(
        'NOTICE_MISSING',
        `${id}: the sponsor was not told`,
        `coldgate trial notice ${id} first`,
      );
    }
    const kits = before.kits
      .map((number) => readKit(state, number))
      .filter((kit): kit is Kit => kit?.condition === 'quarantined' && kit.quarantine === id);
    const running = kits.find(
      ({ place }) => place?.isBegun === true && exposureOf(place.shipment) === undefined,
    );
    if (running && asked.value.decision === 'release') {
      const reason = `what kit ${running.kit} has used is being added up`;
      return refusal('LEG_ENDING', reason, 'ask again in a few seconds');
    }
    const { decision, reason } = asked.value;
    const disposition = { decision, reason, by: actor.name, atMs: nowMs };
    const numbers = kits.map(({ kit }) => kit);
    return told(
      { type: QUARANTINE_TYPE, event: 'disposed', case: id, trial, decision, reason, kits: numbers },
      [quarantineRow({ ...before, disposition }), ...kits.map((kit) => kitRow(decided(kit, disposition)))],
      { quarantine: id, decision, kits: kits.length },
      shipment,
    );
  };
  return trialHandler({ kind: 'trial.dispose', roles: ['quality'], needsSignature: true, handle });
}
