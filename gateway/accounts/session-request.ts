// `session.open`: a person signs in where sessions are kept. Signed with both components like every other request, so the
// gateway role alone decides whether they are right, and each session begins with a record.

import * as z from 'zod';
import type { RequestHandler, RequestOutcome } from '../requests/request.js';
import { section, text } from '../shipments/shipment-fields.js';
import { roles } from './account.js';
import { accountHandler, done, readDocument, refusal } from './account-request.js';

export const OPEN_SESSION = 'session.open';

const sessionSchema = section({
  via: z.enum(['console']),
  /** Address of the machine that the person sits at. */
  from: text(64),
});

const handle: RequestHandler['handle'] = ({ document }, { actor }): RequestOutcome => {
  const asked = readDocument(sessionSchema, document);
  if (!asked.ok) return asked;
  if (!actor.isSigned) return refusal('SIGNATURE_NEEDED', 'nobody has an account yet', 'make one first');
  return done(actor.name, 'session-opened', asked.value, []);
};

export const openSessionHandler: RequestHandler = accountHandler({
  kind: OPEN_SESSION,
  roles,
  needsSignature: true,
  handle,
});
