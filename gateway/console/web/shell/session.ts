// Who is looking at the pages, and what they may do. Rights are checked by the gateway; here they only decide what is
// offered.

import { signal } from '@preact/signals';
import type { RoleName } from '../../api/fields.js';
import type { DoorState, Session, SignIn } from '../../api/session.js';
import { get, post, remove, useSession, watchLogOut } from '../net/api-client.js';
import { ApiError } from '../net/api-error.js';

/** undefined: not asked yet. null: nobody. */
export const session = signal<Session | null | undefined>(undefined);
export const door = signal<DoorState['state']>('sign-in');
/** Why nobody could be asked; the pages say so instead of asking for a password. */
export const sessionTrouble = signal<unknown>(undefined);
/** Whether the session ended by itself: the log-in page says so. */
export const hasExpired = signal(false);

function take(next: Session | null): void {
  useSession(next ?? undefined);
  session.value = next;
  sessionTrouble.value = undefined;
}

/** Asks who is logged in, and what comes first where nobody is. */
export async function findSession(): Promise<void> {
  try {
    take(await get<Session>('/api/session'));
  } catch (error) {
    if (!(error instanceof ApiError) || error.trouble !== 'logged-out') {
      sessionTrouble.value = error;
      return;
    }
    door.value = await get<DoorState>('/api/door').then(
      ({ state }) => state,
      () => 'sign-in' as const,
    );
    take(null);
  }
}

/** @throws ApiError */
export async function logIn(asked: SignIn): Promise<void> {
  const next = await post<Session>('/api/session', asked);
  hasExpired.value = false;
  door.value = 'sign-in';
  take(next);
}

export async function logOut(): Promise<void> {
  // Out of reach: the cookie stays, but this page forgets.
  await remove('/api/session').catch(() => undefined);
  hasExpired.value = false;
  take(null);
}

/** Goes to the log-in page when the console says that the session is over. */
export function watchSession(): void {
  watchLogOut(() => {
    hasExpired.value = true;
    take(null);
  });
}

/** Whether the logged-in person has one of these roles. */
export function hasRole(...roles: readonly RoleName[]): boolean {
  const current = session.value;
  return current ? roles.includes(current.role) : false;
}
