// The request `qualification.sign`: a person signs for a qualification by its hash, with both components, and the log holds it.
// The file itself stays outside of the log; whoever has both sees whether they belong together.

import * as z from 'zod';
import { says } from '../../../config/fields.js';
import { hex } from '../../../ledger-sync/evidence/hex-field.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import type { RequestHandler } from '../../requests/request.js';
import { section, text } from '../../shipments/shipment-fields.js';
import { readDocument } from '../../shipments/shipment-request.js';

export const qualificationMeanings = ['executed', 'reviewed', 'approved'] as const;
export type QualificationMeaning = (typeof qualificationMeanings)[number];

const count = z.int().min(0).max(1000);
const hashSays = says('the 64 hexadecimal digits of its file', '');

const signSchema = section({
  sha256: hex(32, hashSays),
  meaning: z.enum(
    qualificationMeanings,
    says(`one of ${qualificationMeanings.join(', ')}`, 'meaning: executed'),
  ),
  program: text(200),
  machine: text(300),
  startedAt: text(30),
  passed: z.boolean(),
  checks: count,
  failures: count,
});

const signHandler: RequestHandler = {
  kind: 'qualification.sign',
  roles: ['quality', 'administrator'],
  needsSignature: true,
  handle: ({ document }, { actor }) => {
    const asked = readDocument(signSchema, document);
    if (!asked.ok) return { ...asked, code: 'QUALIFICATION_INVALID', hint: 'coldgate qualify --help' };
    const { printedName } = actor;
    const detail = { type: 'qualification-signed', ...asked.value, printedName };
    return {
      ok: true,
      records: [{ kind: recordKinds.operatorAction, subjectName: 'gateway', detail }],
      state: [],
      answer: { sha256: asked.value.sha256, meaning: asked.value.meaning },
    };
  },
};

/** All that may be asked about qualifications. */
export const qualificationHandlers: readonly RequestHandler[] = [signHandler];
