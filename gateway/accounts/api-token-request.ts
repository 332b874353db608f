// `token.create`, `token.revoke`: what programs may read, and until when. Whoever asks makes the secret and sends its hash;
// each is a record with who gave which rights.

import * as z from 'zod';
import type { RequestHandler, RequestOutcome } from '../requests/request.js';
import { section, text } from '../shipments/shipment-fields.js';
import { accountHandler, done, readDocument, reasonField, refusal } from './account-request.js';
import { readToken, secretHash, tokenId, tokenRow, tokenScopes } from './api-token.js';

const DAY_MS = 86_400_000;
const MAX_LIFETIME_DAYS = 400;

const createSchema = section({
  id: tokenId,
  secretHash,
  label: text(64),
  scopes: z
    .array(z.enum(tokenScopes))
    .min(1)
    .refine((scopes) => new Set(scopes).size === scopes.length, 'each scope once'),
  lifetimeDays: z.int().min(1).max(MAX_LIFETIME_DAYS),
});
const revokeSchema = section({ id: tokenId, reason: reasonField });

const create: RequestHandler['handle'] = ({ document }, { actor, state, nowMs }): RequestOutcome => {
  const asked = readDocument(createSchema, document);
  if (!asked.ok) return asked;
  const { lifetimeDays, ...token } = asked.value;
  if (readToken(state, token.id)) return refusal('TOKEN_KNOWN', 'that id is taken', 'ask again');
  const expiresAtMs = nowMs + lifetimeDays * DAY_MS;
  const { id, label, scopes } = token;
  const row = tokenRow({ ...token, createdAtMs: nowMs, createdBy: actor.name, expiresAtMs });
  const detail = { token: id, label, scopes: [...scopes], expiresAtMs };
  return done(actor.name, 'token-created', detail, [row], { token: id, expiresAtMs });
};

const revoke: RequestHandler['handle'] = ({ document }, { actor, state, nowMs }): RequestOutcome => {
  const asked = readDocument(revokeSchema, document);
  if (!asked.ok) return asked;
  const { id, reason } = asked.value;
  const token = readToken(state, id);
  if (!token) return refusal('TOKEN_UNKNOWN', `there is no token ${id}`, 'the console lists them');
  if (token.revokedAtMs !== undefined) return refusal('TOKEN_REVOKED', `${id} is revoked already`, '');
  const told = reason === undefined ? {} : { reason };
  const detail = { token: id, label: token.label, ...told };
  return done(actor.name, 'token-revoked', detail, [tokenRow({ ...token, revokedAtMs: nowMs })], {
    token: id,
  });
};

export const apiTokenHandlers: readonly RequestHandler[] = [
  accountHandler({ kind: 'token.create', roles: ['administrator'], needsSignature: true, handle: create }),
  accountHandler({ kind: 'token.revoke', roles: ['administrator'], needsSignature: true, handle: revoke }),
];
