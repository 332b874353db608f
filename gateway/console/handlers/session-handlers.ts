// Signing in and out. A new session has a new id, whatever the browser brought along; a failed attempt is a record, and so is
// a session that begins.

import { hasAccounts, readAccount } from '../../accounts/account.js';
import { OPEN_SESSION } from '../../accounts/session-request.js';
import { sessionRoutes } from '../api/session.js';
import { ConsoleError } from '../console-error.js';
import type { Session } from '../people/session-store.js';
import { bind, sessionOf } from '../server/route-binding.js';
import { cookieNameOf, cookieOptionsOf } from '../server/session-cookie.js';
import type { HandlerParts } from './handler-parts.js';

const WINDOW_MS = 60_000;

/** Attempts of all addresses together: each costs 128 MiB for half a second, and a record. */
const MAX_ATTEMPTS_OF_ALL = 30;

export function bindSession(parts: HandlerParts): void {
  const { app, binding, config, site, state, sessions, people, now } = parts;
  const told = ({ name, printedName, role, csrfToken, idleUntilMs, endsAtMs }: Session) => ({
    ...{ name, printedName, role, csrfToken, idleUntilMs, endsAtMs },
    gatewayName: config.gateway.name,
  });
  const attempts: number[] = [];
  const mayTry = app.createRateLimit({ max: parts.console.limits.signInsPerMinute, timeWindow: WINDOW_MS });

  bind(app, binding, sessionRoutes.door, () => ({
    state: hasAccounts(state) ? ('sign-in' as const) : ('set-up' as const),
  }));

  bind(app, binding, sessionRoutes.open, async ({ body, visitor, request, reply }) => {
    const limit = await mayTry(request);
    const nowMs = now();
    while (attempts[0] !== undefined && attempts[0] <= nowMs - WINDOW_MS) attempts.shift();
    const isTooOften = (!limit.isAllowed && limit.isExceeded) || attempts.length >= MAX_ATTEMPTS_OF_ALL;
    if (isTooOften)
      throw new ConsoleError(429, 'TOO_MANY_ATTEMPTS', 'too many attempts to sign in', 'wait a minute', 60);
    attempts.push(nowMs);
    const { name, password, code } = body;
    await people.ask({ name, password, code }, OPEN_SESSION, {
      via: 'console',
      from: request.ip.slice(0, 64),
    });
    const account = readAccount(state, name);
    if (!account) throw new ConsoleError(503, 'GATEWAY_SILENT', 'the account cannot be read', 'try again', 5);
    // What this browser had before ends: nobody else may know the new one.
    if (visitor.kind === 'person') sessions.close(visitor.sessionId);
    const { id, session } = sessions.open(account);
    reply.setCookie(cookieNameOf(site), id, cookieOptionsOf(site));
    return told(session);
  });

  bind(app, binding, sessionRoutes.read, ({ visitor }) => told(sessionOf(visitor)));

  bind(app, binding, sessionRoutes.close, ({ visitor, reply }) => {
    if (visitor.kind === 'person') sessions.close(visitor.sessionId);
    reply.clearCookie(cookieNameOf(site), cookieOptionsOf(site));
    return undefined;
  });
}
