// API tokens: made here, shown once, known afterwards by their hash only.

import { randomBytes } from 'node:crypto';
import { readTokens } from '../../accounts/api-token.js';
import { accountRoutes } from '../api/accounts.js';
import { hashOfToken, TOKEN_PREFIX } from '../people/visitor.js';
import { bind, sessionOf } from '../server/route-binding.js';
import type { HandlerParts } from './handler-parts.js';

const ID_BYTES = 8;
const SECRET_BYTES = 32;

export function bindTokens({ app, binding, state, people, visitors }: HandlerParts): void {
  bind(app, binding, accountRoutes.tokens, () => ({
    tokens: readTokens(state).map(({ secretHash: _secretHash, revokedAtMs, ...told }) => ({
      ...told,
      revokedAtMs: revokedAtMs ?? null,
      lastUsedAtMs: visitors.tokenUsedAtMs(told.id) ?? null,
    })),
  }));

  bind(app, binding, accountRoutes.makeToken, async ({ body, visitor }) => {
    const { label, scopes, lifetimeDays, credentials } = body;
    const id = randomBytes(ID_BYTES).toString('hex');
    const token = `${TOKEN_PREFIX}${id}_${randomBytes(SECRET_BYTES).toString('base64url')}`;
    const document = { id, secretHash: hashOfToken(token), label, scopes, lifetimeDays };
    const who = { name: sessionOf(visitor).name, ...credentials };
    const { sequence, expiresAtMs } = await people.ask(who, 'token.create', document);
    return { sequence, id, token, expiresAtMs: Number(expiresAtMs) };
  });

  bind(app, binding, accountRoutes.revokeToken, async ({ params: { id }, body, visitor }) => {
    const { reason, credentials } = body;
    const document = { id, ...(reason === undefined ? {} : { reason }) };
    const who = { name: sessionOf(visitor).name, ...credentials };
    const { sequence } = await people.ask(who, 'token.revoke', document);
    return { sequence };
  });
}
