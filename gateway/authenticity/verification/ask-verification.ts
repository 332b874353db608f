// The request `verification.ask`: a person wants to know whether a pack is its maker's. Taken at once, online or not; what can
// be answered is answered by the desk, with a record of its own.

import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { itemName } from '../../../ledger-sync/serials/pack-commitment.js';
import type { RequestHandler } from '../../requests/request.js';
import { section, text } from '../../shipments/shipment-fields.js';
import { readDocument, refusal } from '../../shipments/shipment-request.js';
import { identifierOf, verificationRow } from './verification.js';

const MAX_LABEL = 4096;
const schema = section({ label: text(MAX_LABEL, "label: '(01)09521234543213(21)100007'") });

export const askVerificationHandler: RequestHandler = {
  kind: 'verification.ask',
  roles: ['operator', 'quality'],
  needsSignature: false,
  handle: ({ id, document }, { actor, nowMs }) => {
    const read = readDocument(schema, document);
    if (!read.ok) return { ...read, code: 'VERIFICATION_INVALID' };
    const asked = identifierOf(read.value.label, new Date(nowMs).getUTCFullYear());
    if (!asked.ok) return refusal('VERIFICATION_INVALID', asked.reason, 'scan the label again');
    const verification = {
      ...{ id: `V-${id}`, ...asked.value, askedAtMs: nowMs, by: actor.name },
      ...{ state: 'pending' as const, info: [] },
    };
    const record = {
      kind: recordKinds.tagAuthenticity,
      subjectName: itemName(asked.value.gtin, asked.value.serial),
      isSalted: true,
      detail: { type: 'verification-asked', verification: verification.id },
    };
    return {
      ...{ ok: true, records: [record], state: [verificationRow(verification)] },
      answer: { verification: verification.id, state: 'pending' },
    };
  },
};
