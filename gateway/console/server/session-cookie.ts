// The cookie of a session: no script reads it, no other site sends it, and it ends with the browser. Under TLS its name binds
// it to this very host and to https (RFC 6265bis, the __Host- prefix).

import type { CookieSerializeOptions } from '@fastify/cookie';
import type { Site } from './site.js';

export const cookieNameOf = ({ isSecure }: Site): string => (isSecure ? '__Host-coldgate' : 'coldgate');

export const cookieOptionsOf = ({ isSecure }: Site): CookieSerializeOptions => ({
  httpOnly: true,
  secure: isSecure,
  sameSite: 'strict',
  path: '/',
});
