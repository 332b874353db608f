// The request `alert.sign`: a person of quality signs for an assessment and the records under it. The request repeats
// the hash that the person was shown; if records came in between, it is another hash now and nothing is signed.

import * as z from 'zod';
import { says } from '../../config/fields.js';
import { hex } from '../../ledger-sync/evidence/hex-field.js';
import type { RequestHandler } from '../requests/request.js';
import { section } from '../shipments/shipment-fields.js';
import { refusal } from '../shipments/shipment-request.js';
import { type Alert, type SignatureMeaning, signatureMeanings } from './alert.js';
import { evidenceOf } from './alert-evidence.js';
import { alertHandler, alertId, done, outOfOrder, reason } from './alert-request.js';

const meaning = z.enum(
  signatureMeanings,
  says(`one of ${signatureMeanings.join(', ')}`, 'meaning: approved'),
);
const hashSays = says('the 64 hexadecimal digits that `coldgate alerts show` prints', '');
const boundTo = hex(32, hashSays);

function obstacle(alert: Alert, asked: { meaning: SignatureMeaning; boundTo: string }, signer: string) {
  const { id, assessment, signatures } = alert;
  if (alert.state !== 'assessed' || !assessment) return outOfOrder(alert, 'signed');
  const evidence = evidenceOf(alert);
  if (!evidence) {
    const hint = 'wait for the next commit and look at the alert again';
    return refusal('EVIDENCE_PENDING', `a record of alert ${id} has no place in the log yet`, hint);
  }
  if (evidence.hash !== asked.boundTo) {
    const hint = `coldgate alerts show ${id}`;
    return refusal('EVIDENCE_CHANGED', `alert ${id} is no longer what you were shown`, hint);
  }
  if (signatures.some(({ by, meaning: given }) => by === signer && given === asked.meaning)) {
    const hint = 'another person, or another meaning';
    return refusal('ALREADY_SIGNED', `${signer} has signed alert ${id} as ${asked.meaning} already`, hint);
  }
  return evidence;
}

/** @param isTwoPersons whoever assessed it may review it, but neither approve nor reject it */
export function signHandler(isTwoPersons: boolean): RequestHandler {
  return alertHandler({
    kind: 'alert.sign',
    roles: ['quality'],
    needsSignature: true,
    schema: section({ id: alertId, meaning, boundTo, why: reason.exactOptional() }),
    handle: (alert, asked, context) => {
      const { actor, nowMs } = context;
      const { name, printedName } = actor;
      // The desk asks for both components before this is called; what it signs must not hang on that alone.
      if (!actor.isSigned) {
        return refusal(
          'SIGNATURE_MISSING',
          `${name} has not signed the request`,
          'sign with both components',
        );
      }
      const evidence = obstacle(alert, asked, name);
      if ('ok' in evidence) return evidence;
      const isFinal = asked.meaning !== 'reviewed';
      if (isTwoPersons && isFinal && alert.assessment?.by === name) {
        const told = `${name} assessed alert ${alert.id}; it takes another person to have it ${asked.meaning}`;
        return refusal('SAME_PERSON', told, 'ask another person of quality');
      }
      const signature = {
        meaning: asked.meaning,
        by: name,
        printedName,
        atMs: nowMs,
        boundTo: evidence.hash,
      };
      const state = isFinal ? ('closed' as const) : alert.state;
      const after = { ...alert, state, signatures: [...alert.signatures, signature] };
      const detail = {
        from: alert.state,
        meaning: asked.meaning,
        printedName,
        signedAt: new Date(nowMs).toISOString(),
        boundTo: evidence.hash,
        evidence: evidence.document,
      };
      return done(after, { action: 'signed', why: asked.why }, detail, context);
    },
  });
}
