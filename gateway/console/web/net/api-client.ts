// Asks the console. The session is a cookie that scripts cannot read; whatever changes something sends the session's
// CSRF token as well, which another site's page does not know. Answers are ended after a while: a truck drives through
// tunnels.

import type { Session } from '../../api/session.js';
import { ApiError, toldOf, troubleOf } from './api-error.js';

/** The gateway role decides in up to 15 s. */
const TIMEOUT_MS = 25_000;
const SECOND_MS = 1000;

let csrfToken = '';
let onLoggedOut: () => void = () => undefined;

/** Takes the token of a session; undefined forgets it. */
export function useSession(session: Pick<Session, 'csrfToken'> | undefined): void {
  csrfToken = session?.csrfToken ?? '';
}

/** Calls back whenever the console says that nobody is logged in. */
export function watchLogOut(told: () => void): void {
  onLoggedOut = told;
}

type Query = Readonly<Record<string, string | number | undefined>>;

/** Path with its query; what is undefined or empty is left out. Pure. */
export function addressOf(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

interface Asked {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

async function ask<Answer>(address: string, { method, body, signal }: Asked): Promise<Answer> {
  const isChange = method !== 'GET';
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  let response: Response;
  try {
    response = await fetch(address, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(isChange ? { 'x-csrf-token': csrfToken } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      credentials: 'same-origin',
      cache: 'no-store',
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError('offline');
  }
  const text = await response.text().catch(() => '');
  if (response.ok) return parsed(text) as Answer;
  const told = toldOf(parsed(text));
  const trouble = troubleOf(response.status, told?.code);
  if (trouble === 'logged-out' && csrfToken !== '') onLoggedOut();
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  throw new ApiError(trouble, told, Number.isFinite(seconds) ? seconds * SECOND_MS : undefined);
}

function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    // A proxy's page, not the console's answer.
    return undefined;
  }
}

/** @throws ApiError */
export function get<Answer>(path: string, query?: Query, signal?: AbortSignal): Promise<Answer> {
  return ask<Answer>(addressOf(path, query), { method: 'GET', signal });
}

/** @throws ApiError */
export function post<Answer>(path: string, body: unknown): Promise<Answer> {
  return ask<Answer>(path, { method: 'POST', body });
}

/** @throws ApiError */
export function remove(path: string): Promise<void> {
  return ask<void>(path, { method: 'DELETE' });
}
