// `scrypt:N:r:p:salt:hash` (RFC 7914): a password as the configuration may hold it. Salt and hash are base64url.

import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** OWASP password storage, the row for little memory: 16 MiB for each login, and two are checked at once. */
const cost = { N: 16_384, r: 8, p: 5 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

function derive(password: string, salt: Uint8Array, { N, r, p }: Cost): Promise<Buffer> {
  // What OpenSSL needs: 128 N r for the table, 128 r p for the blocks, and a little more.
  const maxmem = 128 * r * (N + p) + 1_048_576;
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, { N, r, p, maxmem }, (error, hash) => {
      if (error) reject(error);
      else resolve(hash);
    });
  });
}

/** The line for `passwordHash`, with a salt of its own. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, cost);
  const { N, r, p } = cost;
  return ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join(':');
}

/** Whether the password is that of the line, whose form the configuration has checked. */
export async function matchesHash(password: string, line: string): Promise<boolean> {
  const [, N, r, p, salt = '', hash = ''] = line.split(':');
  const wanted = Buffer.from(hash, 'base64url');
  const given = await derive(password, Buffer.from(salt, 'base64url'), {
    N: Number(N),
    r: Number(r),
    p: Number(p),
  });
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** Checked for a user that does not exist, so that the time of the answer does not tell who does. */
export const decoyHash = `scrypt:${cost.N}:${cost.r}:${cost.p}:${'A'.repeat(22)}:${'A'.repeat(43)}`;
