// The second component: six digits of an authenticator, RFC 6238 with SHA-1 and steps of 30 s, which every
// authenticator app speaks. otpauth makes the codes; which of them still counts is decided by who asks here.

import { timingSafeEqual } from 'node:crypto';
import { HOTP, Secret, TOTP } from 'otpauth';

const STEP_MS = 30_000;
const DIGITS = 6;
const ALGORITHM = 'SHA1';
/** RFC 4226 section 4, R6: 160 bits are recommended. */
const SECRET_BYTES = 20;

/** Base32. */
export function newTotpSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32;
}

/** What an authenticator app reads, mostly as a QR code. Holds the secret. */
export function enrolmentUri(secret: string, name: string, gatewayName: string): string {
  return new TOTP({
    issuer: 'coldgate',
    label: `${gatewayName} ${name}`,
    issuerInLabel: true,
    secret: Secret.fromBase32(secret),
    algorithm: ALGORITHM,
    digits: DIGITS,
    period: STEP_MS / 1000,
  }).toString();
}

const codeOfStep = (secret: Secret, counter: number) =>
  HOTP.generate({ secret, counter, algorithm: ALGORITHM, digits: DIGITS });

/** What the authenticator shows at that moment. */
export function codeAt(secret: string, nowMs: number): string {
  return codeOfStep(Secret.fromBase32(secret), Math.floor(nowMs / STEP_MS));
}

/**
 * The step of a code: the one of `nowMs`, the one before it for slow hands, or the one after it for a fast clock
 * (RFC 6238 section 5.2).
 * @returns 30 s steps since 1970, undefined if the code is of none of the three
 */
export function stepOfCode(secret: string, code: string, nowMs: number): number | undefined {
  const current = Math.floor(nowMs / STEP_MS);
  const key = Secret.fromBase32(secret);
  const given = Buffer.from(code, 'utf8');
  return [current, current - 1, current + 1].find((step) => {
    if (step < 0) return false;
    const right = Buffer.from(codeOfStep(key, step), 'utf8');
    return right.length === given.length && timingSafeEqual(right, given);
  });
}
