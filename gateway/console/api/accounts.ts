// Accounts and API tokens. What is secret comes in and never goes out; a token is shown once, when it is made.

import * as z from 'zod';
import { count, credentials, freeText, identifier, recorded, roleName, unixMs } from './fields.js';
import { access, json, route, tokenScopes } from './route.js';

export const account = z.strictObject({
  name: identifier,
  printedName: freeText,
  role: roleName,
  /** Address of the signing key. */
  signer: z.string(),
  isDisabled: z.boolean(),
  isLocked: z.boolean(),
  failures: count,
  createdAtMs: unixMs,
  passwordSinceMs: unixMs,
});
export type Account = z.infer<typeof account>;
export const accountList = z.strictObject({ accounts: z.array(account) });

const reason = z.string().min(1).max(1_000).optional();
const accountName = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/);
const newPassword = z.string().min(1).max(1_024);

/** First step of making an account: the secret that goes into the authenticator. Nothing is kept of it. */
export const authenticatorSecret = z.strictObject({
  /** Base32. */
  totpSecret: z.string(),
  /** otpauth:// for a QR code. */
  uri: z.string(),
});
export type AuthenticatorSecret = z.infer<typeof authenticatorSecret>;

const enrolment = {
  newPassword,
  /** From POST /api/accounts/authenticator. */
  totpSecret: z.string().regex(/^[A-Z2-7]{32}$/),
  /** Shows that the authenticator has the secret. */
  newCode: z.string().regex(/^[0-9]{6}$/),
};
export const newAccount = z.strictObject({
  name: accountName,
  printedName: z.string().min(1).max(200),
  role: roleName,
  ...enrolment,
  credentials,
});
/** The first one is an administrator, and nobody is there who could sign. */
export const firstAccount = newAccount.omit({ role: true, credentials: true });
export const accountReset = z.strictObject({ ...enrolment, reason, credentials });
export const passwordChange = z.strictObject({ newPassword, credentials });
export const accountChange = z.strictObject({
  change: z.enum(['disable', 'enable', 'unlock', 'set-role']),
  /** For `set-role`. */
  role: roleName.optional(),
  reason,
  credentials,
});
export const accountChanged = z.strictObject({ ...recorded.shape, name: z.string() });
export type AccountChanged = z.infer<typeof accountChanged>;

export const scope = z.enum(tokenScopes);
export const apiToken = z.strictObject({
  id: z.string(),
  label: freeText,
  scopes: z.array(scope),
  createdAtMs: unixMs,
  createdBy: freeText,
  expiresAtMs: unixMs,
  /** null while it holds. */
  revokedAtMs: unixMs.nullable(),
  /** Since this console started; null: not yet. */
  lastUsedAtMs: unixMs.nullable(),
});
export type ApiToken = z.infer<typeof apiToken>;
export const tokenList = z.strictObject({ tokens: z.array(apiToken) });
export const newToken = z.strictObject({
  label: z.string().min(1).max(64),
  scopes: z.array(scope).min(1).max(tokenScopes.length),
  lifetimeDays: z.int().min(1).max(400),
  credentials,
});
export const tokenMade = z.strictObject({
  ...recorded.shape,
  id: z.string(),
  /** Shown this once; send it as `authorization: Bearer TOKEN`. */
  token: z.string(),
  expiresAtMs: unixMs,
});
export type TokenMade = z.infer<typeof tokenMade>;
export const tokenRevocation = z.strictObject({ reason, credentials });

const tag = 'accounts';
const params = z.strictObject({ name: accountName });

export const accountRoutes = {
  list: route({
    method: 'GET',
    path: '/api/accounts',
    operation: 'listAccounts',
    tag,
    summary: 'Accounts and how they stand.',
    access: access.overseers,
    answer: json(accountList),
  }),
  authenticator: route({
    method: 'POST',
    path: '/api/accounts/authenticator',
    operation: 'newAuthenticatorSecret',
    tag,
    summary: 'A new secret for the authenticator of an account that is about to be made or reset.',
    access: access.administrator,
    body: z.strictObject({ name: accountName }),
    answer: json(authenticatorSecret),
  }),
  create: route({
    method: 'POST',
    path: '/api/accounts',
    operation: 'createAccount',
    tag,
    summary: 'Makes an account.',
    access: access.administrator,
    body: newAccount,
    answer: json(accountChanged, 201),
  }),
  change: route({
    method: 'POST',
    path: '/api/accounts/{name}/change',
    operation: 'changeAccount',
    tag,
    summary: 'Disables, enables, unlocks an account, or gives it another role.',
    access: access.administrator,
    params,
    body: accountChange,
    answer: json(accountChanged),
  }),
  reset: route({
    method: 'POST',
    path: '/api/accounts/{name}/reset',
    operation: 'resetAccount',
    tag,
    summary: 'Gives an account a new key, password and authenticator.',
    access: access.administrator,
    params,
    body: accountReset,
    answer: json(accountChanged),
  }),
  password: route({
    method: 'POST',
    path: '/api/session/password',
    operation: 'changeOwnPassword',
    tag,
    summary: "Changes one's own password.",
    access: access.everybody,
    body: passwordChange,
    answer: json(accountChanged),
  }),
  tokens: route({
    method: 'GET',
    path: '/api/tokens',
    operation: 'listTokens',
    tag,
    summary: 'API tokens, without their secrets.',
    access: access.overseers,
    answer: json(tokenList),
  }),
  makeToken: route({
    method: 'POST',
    path: '/api/tokens',
    operation: 'makeToken',
    tag,
    summary: 'Makes an API token and shows it once.',
    access: access.administrator,
    body: newToken,
    answer: json(tokenMade, 201),
  }),
  revokeToken: route({
    method: 'POST',
    path: '/api/tokens/{id}/revoke',
    operation: 'revokeToken',
    tag,
    summary: 'Revokes an API token.',
    access: access.administrator,
    params: z.strictObject({ id: z.string().regex(/^[0-9a-f]{16}$/) }),
    body: tokenRevocation,
    answer: json(recorded),
  }),
};
