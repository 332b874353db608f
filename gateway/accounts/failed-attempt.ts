// `user.attempt-failed`: a process was told a password that opens nothing. Only that process knows it, and it must
// count as a failure and stand in the log (21 CFR 11.300(d)). Whoever leaves it out still has to guess the password
// on a copy of the journal, at the cost of the key derivation. Says the same for a name that nobody has.

import type { RequestHandler, RequestOutcome } from '../requests/request.js';
import { section } from '../shipments/shipment-fields.js';
import { accountName, readAccount, roles } from './account.js';
import { afterFailure, guardRow, isLocked, readGuard } from './account-guard.js';
import { accountHandler, done, readDocument, refusal } from './account-request.js';

export const FAILED_ATTEMPT = 'user.attempt-failed';

const attemptSchema = section({ name: accountName });

const handle: RequestHandler['handle'] = ({ document }, { actor, state, nowMs }): RequestOutcome => {
  // A signed one would set back what its own signature has used up.
  if (actor.isSigned)
    return refusal('ATTEMPT_SIGNED', 'whoever can sign has not failed', 'ask without a name');
  const asked = readDocument(attemptSchema, document);
  if (!asked.ok) return asked;
  const { name } = asked.value;
  if (!readAccount(state, name)) return done(name, 'attempt-failed', { isKnown: false }, []);
  const guard = afterFailure(readGuard(state, name), nowMs);
  const detail = { isKnown: true, failures: guard.failures, isLocked: isLocked(guard, nowMs) };
  return done(name, 'attempt-failed', detail, [guardRow(name, guard)]);
};

export const failedAttemptHandler: RequestHandler = accountHandler({
  kind: FAILED_ATTEMPT,
  roles,
  needsSignature: false,
  handle,
});
