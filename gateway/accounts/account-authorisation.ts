// Whether a request is believed to come from the person that it names: a signature of the key that only the password
// opens, and a code of the authenticator, both with every request (21 CFR 11.200(a)(1)). Runs in the gateway role,
// which knows no password. To whoever is not believed, all reasons are one: the answer must not tell which names
// exist, or which component was right.

import * as z from 'zod';
import { EvidenceError } from '../../ledger-sync/evidence/evidence-error.js';
import { hex } from '../../ledger-sync/evidence/hex-field.js';
import { printable } from '../../ledger-sync/evidence/printable.js';
import { TESTED_SETTING } from '../configuration/tested-setting.js';
import { ACCESS_NOTED } from '../privacy/access-note.js';
import type { StateChange, StateView } from '../requests/request.js';
import type { Authorisation, Authorise } from '../requests/request-desk.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { instant } from '../shipments/shipment-fields.js';
import { type Account, accountName, hasAccounts, readAccount } from './account.js';
import { AccountError } from './account-error.js';
import {
  type AccountGuard,
  afterFailure,
  afterSuccess,
  guardRow,
  isLocked,
  readGuard,
} from './account-guard.js';
import { FAILED_ATTEMPT } from './failed-attempt.js';
import { recordedSignature } from './recorded-signature.js';
import { documentHashOf, isRequestSigned, publicDocument, type SignedRequest } from './signed-request.js';
import { stepOfCode } from './totp.js';

/** A request may wait while the gateway starts; a code lives 90 s at most, whatever this says. */
const FRESH_MS = 5 * 60_000;

const authorizationSchema = z.strictObject({
  name: accountName,
  atMs: instant,
  nonce: hex(16),
  code: z.string().regex(/^[0-9]{6}$/),
  signature: hex(64),
});

type Authorization = z.infer<typeof authorizationSchema>;
type Asked = Parameters<Authorise>[0];
type Handler = Parameters<Authorise>[1];

/** A wrong password, what left the journal and a test are told by the process that saw it, in nobody's name. */
const nameless: ReadonlySet<string> = new Set([FAILED_ATTEMPT, ACCESS_NOTED, TESTED_SETTING]);

const refused = (
  code: string,
  reason: string,
  hint: string,
  state: readonly StateChange[] = [],
): Authorisation => ({
  ok: false,
  code,
  reason,
  hint,
  state,
});

/** The name is what the asker wrote: the record shall tell which account was tried. */
function notBelieved(name: string, state: readonly StateChange[] = []): Authorisation {
  const reason = `${name}: name, password or code is wrong, or the account is locked or disabled`;
  const hint = 'five failures lock an account for 15 minutes; coldgate users show NAME tells';
  return refused('CREDENTIALS_REFUSED', reason, hint, state);
}

/** Believes requests by their accounts; while there is none, whoever may write to the journal. */
export const accountAuthorisation: Authorise = (asked, handler, state, nowMs) => {
  try {
    if (asked.authorization === undefined) return withoutName(asked, handler, state);
    return byName(asked, handler, state, nowMs);
  } catch (error) {
    if (error instanceof AccountError) return refused(error.code, error.message, error.hint);
    // What no record can hold cannot have been signed. The message names keys of the document.
    if (error instanceof EvidenceError) {
      return refused('REQUEST_MALFORMED', printable(error.message), 'use whole numbers and texts');
    }
    throw error;
  }
};

function withoutName({ kind }: Asked, { roles, needsSignature }: Handler, state: StateView): Authorisation {
  if (hasAccounts(state) && !nameless.has(kind)) {
    return refused('SIGN_IN_NEEDED', 'the request names nobody', 'say who asks: --as NAME');
  }
  if (needsSignature) {
    const hint = "make an account: coldgate users create NAME --role administrator --printed-name '...'";
    return refused('SIGNATURE_NEEDED', `${kind} must be signed by a person, and nobody has an account`, hint);
  }
  const name = 'local';
  // An administrator may do what an operator may while nobody else can.
  const isOpen = roles.includes('operator') || roles.includes('administrator');
  if (!isOpen) return refused('ROLE_REFUSED', `${kind} needs one of ${roles.join(', ')}`, 'make accounts');
  return {
    ok: true,
    actor: { name, printedName: name, role: 'administrator', isSigned: false, signature: undefined },
    state: [],
  };
}

function byName(asked: Asked, { roles }: Handler, state: StateView, nowMs: number): Authorisation {
  const parsed = authorizationSchema.safeParse(asked.authorization);
  if (!parsed.success) {
    const reason = 'the proof of who asks is in no form that is known';
    return refused('AUTHORIZATION_MALFORMED', reason, 'update the program that asks');
  }
  const { name, atMs } = parsed.data;
  if (Math.abs(atMs - nowMs) > FRESH_MS) {
    const reason = `${name}: signed ${Math.round((nowMs - atMs) / 1000)} s before this clock`;
    return refused('SIGNATURE_STALE', reason, 'ask again; check the clocks if they differ');
  }
  const account = readAccount(state, name);
  if (!account) return notBelieved(name);
  const guard = readGuard(state, name);
  if (account.isDisabled || isLocked(guard, nowMs)) return notBelieved(name);
  const proof = prove(asked, parsed.data, account, nowMs);
  if (!proof) return notBelieved(name, [guardRow(name, afterFailure(guard, nowMs))]);
  if (isUsedUp(proof.totpStep, atMs, guard)) {
    return refused('CODE_USED', `${name}: a code works once`, 'wait for the next code, up to 30 s');
  }
  const used = [guardRow(name, afterSuccess(proof.totpStep, atMs))];
  const { role, printedName } = account;
  if (!roles.includes(role)) {
    const reason = `${name} is ${role}; ${asked.kind} needs one of ${roles.join(', ')}`;
    return refused('ROLE_REFUSED', reason, 'ask somebody of that role', used);
  }
  return {
    ok: true,
    actor: { name, printedName, role, isSigned: true, signature: proof.signature },
    state: used,
  };
}

/** A copy of a signed request with a code made later must not pass either: whoever reads the journal could make one. */
function isUsedUp(totpStep: number, atMs: number, { lastTotpStep, lastSignedAtMs }: AccountGuard): boolean {
  return totpStep <= lastTotpStep || atMs <= lastSignedAtMs;
}

/** Both components, or nothing. @throws EvidenceError JSON_UNSUPPORTED */
function prove(
  { kind, document }: Asked,
  { name, atMs, nonce, code, signature }: Authorization,
  { printedName, role, signer, totpSecret }: Account,
  nowMs: number,
): { readonly totpStep: number; readonly signature: DetailDocument } | undefined {
  const publicPart = publicDocument(document);
  const documentHash = documentHashOf(publicPart);
  const request: SignedRequest = { kind, documentHash, name, printedName, role, atMs, nonce };
  const isSigned = isRequestSigned(signer, request, signature);
  const totpStep = stepOfCode(totpSecret, code, nowMs);
  if (!isSigned || totpStep === undefined) return undefined;
  return { totpStep, signature: recordedSignature(signer, request, publicPart, signature) };
}
