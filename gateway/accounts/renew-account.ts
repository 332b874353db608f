// New secrets for an account. `user.change-password`: the person seals the same key anew. `user.reset`: what was lost
// or stolen is replaced, key and authenticator too, by an administrator; the old key stays named as retired, since its
// signatures stand in the log. A changed password does not close old copies of the journal; a reset does.

import type { RequestHandler, RequestOutcome } from '../requests/request.js';
import { section } from '../shipments/shipment-fields.js';
import { accountName, accountRow, address, roles } from './account.js';
import { freshGuard, guardRow } from './account-guard.js';
import { accountHandler, done, findAccount, readDocument, reasonField, refusal } from './account-request.js';
import { secretField, sharedKeyRefusal } from './create-account.js';
import { sealedKeySchema } from './sealed-key.js';

const passwordSchema = section({ secret: section({ key: sealedKeySchema }) });
const resetSchema = section({ name: accountName, signer: address, secret: secretField, reason: reasonField });

const changePassword: RequestHandler['handle'] = ({ document }, { actor, state, nowMs }): RequestOutcome => {
  const asked = readDocument(passwordSchema, document);
  if (!asked.ok) return asked;
  const found = findAccount(state, actor.name);
  if (!found.ok) return found;
  const account = { ...found.value, key: asked.value.secret.key, passwordSinceMs: nowMs };
  return done(actor.name, 'password-changed', {}, [accountRow(account)]);
};

const reset: RequestHandler['handle'] = ({ document }, { actor, state, nowMs }): RequestOutcome => {
  const asked = readDocument(resetSchema, document);
  if (!asked.ok) return asked;
  const { name, signer, secret, reason } = asked.value;
  if (name === actor.name) {
    const hint = 'ask another administrator; a new password alone: coldgate users password';
    return refusal('RESET_OF_OWN', `${name} asks for the reset of ${name}`, hint);
  }
  const found = findAccount(state, name);
  if (!found.ok) return found;
  const no = sharedKeyRefusal(state, signer);
  if (no) return no;
  const { signer: retired, retiredSigners } = found.value;
  const account = {
    ...found.value,
    signer,
    key: secret.key,
    totpSecret: secret.totp,
    passwordSinceMs: nowMs,
    retiredSigners: [...retiredSigners, retired],
  };
  const detail = { signer, retiredSigner: retired, ...(reason === undefined ? {} : { reason }) };
  return done(name, 'reset', detail, [accountRow(account), guardRow(name, freshGuard)], { signer });
};

export const renewAccountHandlers: readonly RequestHandler[] = [
  accountHandler({ kind: 'user.change-password', roles, needsSignature: true, handle: changePassword }),
  accountHandler({ kind: 'user.reset', roles: ['administrator'], needsSignature: true, handle: reset }),
];
