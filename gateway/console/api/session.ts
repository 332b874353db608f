// Who is looking. A session is a cookie that no script can read; what a script must send with each request that changes
// anything is the token in `csrfToken`, as header `x-csrf-token`.

import * as z from 'zod';
import { freeText, identifier, roleName, unixMs } from './fields.js';
import { access, json, route } from './route.js';

export const session = z.strictObject({
  name: identifier,
  printedName: freeText,
  role: roleName,
  gatewayName: identifier,
  /** Send it as header `x-csrf-token` with POST and DELETE. */
  csrfToken: z.string(),
  /** The session ends when it was not used until then; each request moves it. */
  idleUntilMs: unixMs,
  /** It ends then in any case. */
  endsAtMs: unixMs,
});
export type Session = z.infer<typeof session>;

export const signIn = z.strictObject({
  name: z.string().min(1).max(64),
  password: z.string().min(1).max(1_024),
  code: z.string().regex(/^[0-9]{6}$/),
});
export type SignIn = z.infer<typeof signIn>;

/** What a visitor who is not known may learn: which page comes first. */
export const doorState = z.strictObject({
  /** `set-up` while nobody has an account. */
  state: z.enum(['set-up', 'sign-in']),
});
export type DoorState = z.infer<typeof doorState>;

const tag = 'session';

export const sessionRoutes = {
  door: route({
    method: 'GET',
    path: '/api/door',
    operation: 'readDoor',
    tag,
    summary: 'Whether to set up or to sign in.',
    access: access.open,
    answer: json(doorState),
  }),
  open: route({
    method: 'POST',
    path: '/api/session',
    operation: 'openSession',
    tag,
    summary: 'Signs in. The gateway checks signature and code; success and failure are records.',
    access: access.open,
    body: signIn,
    answer: json(session, 201),
  }),
  read: route({
    method: 'GET',
    path: '/api/session',
    operation: 'readSession',
    tag,
    summary: 'Who is signed in.',
    access: access.everybody,
    answer: json(session),
  }),
  close: route({
    method: 'DELETE',
    path: '/api/session',
    operation: 'closeSession',
    tag,
    summary: 'Signs out.',
    access: access.everybody,
    answer: { kind: 'empty' },
  }),
};
