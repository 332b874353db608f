// `user.create`: a name becomes a person's, for ever. The first account is an administrator's and may be made by
// whoever can write to the journal; every other one is signed by an administrator.

import type { RequestHandler, RequestOutcome, Role, StateView } from '../requests/request.js';
import { section } from '../shipments/shipment-fields.js';
import {
  accountName,
  accountRow,
  address,
  hasAccounts,
  printedName,
  readAccounts,
  reservedNames,
  roleField,
  totpSecret,
} from './account.js';
import { freshGuard, guardRow } from './account-guard.js';
import { accountHandler, done, type Refusal, readDocument, refusal } from './account-request.js';
import { sealedKeySchema } from './sealed-key.js';

/** Of a new account and of a reset. Signed by its hash, and in no record. */
export const secretField = section({ key: sealedKeySchema, totp: totpSecret });

const createSchema = section({
  name: accountName,
  printedName,
  role: roleField,
  signer: address,
  secret: secretField,
});

/** Why an account must not be made, as far as its name and role tell. @throws AccountError */
export function creationRefusal(state: StateView, name: string, role: Role): Refusal | undefined {
  if (reservedNames.has(name)) {
    return refusal('ACCOUNT_NAME_RESERVED', `${name} stands for no person`, 'choose another name');
  }
  if (readAccounts(state).some((account) => account.name === name)) {
    return refusal('ACCOUNT_EXISTS', `there is an account ${name}`, 'a name is used once; choose another');
  }
  if (hasAccounts(state) || role === 'administrator') return undefined;
  return refusal(
    'FIRST_ACCOUNT_ADMINISTERS',
    `the first account cannot be of role ${role}`,
    'make an administrator first: --role administrator',
  );
}

/** A key that two accounts share would sign for either. @throws AccountError */
export function sharedKeyRefusal(state: StateView, signer: string): Refusal | undefined {
  const isTaken = readAccounts(state).some(
    (account) => account.signer === signer || account.retiredSigners.includes(signer),
  );
  return isTaken
    ? refusal('KEY_SHARED', `the key ${signer} is or was an account's`, 'make a new key')
    : undefined;
}

const handle: RequestHandler['handle'] = ({ document }, { state, nowMs }): RequestOutcome => {
  const asked = readDocument(createSchema, document);
  if (!asked.ok) return asked;
  const { secret, ...told } = asked.value;
  const no = creationRefusal(state, told.name, told.role) ?? sharedKeyRefusal(state, told.signer);
  if (no) return no;
  const account = {
    ...told,
    key: secret.key,
    totpSecret: secret.totp,
    isDisabled: false,
    createdAtMs: nowMs,
    passwordSinceMs: nowMs,
    retiredSigners: [],
  };
  const { name, ...detail } = told;
  return done(name, 'created', detail, [accountRow(account), guardRow(name, freshGuard)], detail);
};

export const createAccountHandler: RequestHandler = accountHandler({
  kind: 'user.create',
  roles: ['administrator'],
  needsSignature: false,
  handle,
});
