// The second factor, against the vectors of its RFC.

import { readFileSync } from 'node:fs';
import { HOTP, Secret } from 'otpauth';
import { describe, expect, test } from 'vitest';
import { enrolmentUri, newTotpSecret, stepOfCode } from '../../../gateway/accounts/totp.js';

interface Vectors {
  readonly secret: string;
  readonly codes: readonly { readonly unixSeconds: number; readonly step: string; readonly code: string }[];
}

const file = new URL('../../vectors/totp/rfc6238-sha1.json', import.meta.url);
const { secret: ascii, codes } = JSON.parse(readFileSync(file, 'utf8')) as Vectors;
const secret = Secret.fromLatin1(ascii).base32;

describe('RFC 6238, appendix B', () => {
  // A code of six digits is the end of that of eight: both are one number modulo 10^n (RFC 4226 section 5.3).
  test.each(codes)('at $unixSeconds s the code ends $code', ({ unixSeconds, step, code }) => {
    expect(stepOfCode(secret, code.slice(-6), unixSeconds * 1000)).toBe(Number.parseInt(step, 16));
  });
});

describe('a code counts', () => {
  const atMs = 1_111_111_111_000;
  const code = '050471';
  const step = 0x23523ed;

  test.each([
    ['one step late', 30_000, step],
    ['one step early', -30_000, step],
    ['two steps late', 60_000, undefined],
    ['two steps early', -60_000, undefined],
  ])('%s', (_when, byMs, expected) => {
    expect(stepOfCode(secret, code, atMs + byMs)).toBe(expected);
  });

  test('in the first step of 1970, but none of a step before it', () => {
    expect(stepOfCode(secret, '287082', 0)).toBe(1);
    const before = HOTP.generate({ secret: Secret.fromBase32(secret), counter: -1 });
    expect(stepOfCode(secret, before, 0)).toBeUndefined();
  });

  test.each(['', '5047', '14050471', '05047x'])('never as %j', (other) => {
    expect(stepOfCode(secret, other, atMs)).toBeUndefined();
  });
});

test('an authenticator is told issuer, gateway, account and the secret', () => {
  expect(enrolmentUri(secret, 'dana', 'truck-17')).toBe(
    `otpauth://totp/coldgate:truck-17%20dana?issuer=coldgate&secret=${secret}&algorithm=SHA1&digits=6&period=30`,
  );
});

test('a new secret has 160 bits and is another each time', () => {
  const secrets = Array.from({ length: 50 }, newTotpSecret);
  expect(new Set(secrets).size).toBe(50);
  expect(secrets.every((one) => Secret.fromBase32(one).bytes.length === 20)).toBe(true);
});
