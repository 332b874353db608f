// The one-time code: what is typed wrong is noticed, what stands in it comes out, and what leaves the desk tells nothing of it.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Invite, inviteCode, isPinned, parseInviteCode } from '../../../gateway/fleet/invite.js';
import { inviteFileText, readInvite } from '../../../gateway/fleet/invite-file.js';
import { readTypedCode, typedCode } from '../../../gateway/fleet/typed-code.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { thrownBy } from '../thrown.js';
import { Desk, Machine } from './fleet-bench.js';

const plain: Invite = {
  name: 'truck-17',
  secret: Uint8Array.from({ length: 16 }, (_, at) => at * 16),
  expiresAtMs: 1_900_000_000_000,
  owner: `0x${'ab'.repeat(20)}`,
  url: 'mqtts://broker.example.org:8883',
};
const full: Invite = {
  ...plain,
  caPin: new Uint8Array(16).fill(9),
  ledger: { chainId: 8453, contract: `0x${'cd'.repeat(20)}`, registrar: `0x${'ef'.repeat(20)}` },
};

describe('a code', () => {
  test.each([
    ['that is short', plain],
    ['with a pin', { ...plain, caPin: full.caPin }],
    ['with a registrar', { ...plain, ledger: full.ledger }],
    ['with both', full],
  ] as [string, Invite][])('%s says again what went in', (_what, invite) => {
    expect(parseInviteCode(inviteCode(invite))).toEqual(invite);
  });

  test('is text that a QR code holds in its alphanumeric mode', () => {
    expect(inviteCode(full)).toMatch(/^COLDGATE1(-[0-9A-Z]{1,5})+$/);
    expect(inviteCode(plain).length).toBeLessThan(180);
  });

  test('may be typed in small letters, without hyphens, with O for 0 and l for 1', () => {
    const code = inviteCode(full);
    const typed = code.slice(10).toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
    expect(parseInviteCode(`coldgate1 ${typed}`)).toEqual(full);
  });

  test('with any one letter changed, left out or doubled is no code', () => {
    const code = inviteCode(plain);
    for (let at = 10; at < code.length; at++) {
      if (code[at] === '-') continue;
      const [before, after] = [code.slice(0, at), code.slice(at + 1)];
      const other = code[at] === 'Z' ? 'Y' : 'Z';
      for (const changed of [before + other + after, before + after, before + code[at] + code[at] + after]) {
        // Two equal letters in a row: leaving out either gives the same text as it stands for neither.
        expect(parseInviteCode(changed), `${at}: ${changed}`).toBeUndefined();
      }
    }
  });

  test('of bytes comes back for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
        expect(readTypedCode('X1', typedCode('X1', bytes))).toEqual(bytes);
      }),
    );
  });

  test.each<[string, Partial<Invite>]>([
    ['a name that is none', { name: 'a/b' }],
    ['an address that is no broker', { url: 'http://broker' }],
    ['an address with a path', { url: 'mqtt://broker:1883/x' }],
  ])('with %s is no code', (_what, change) => {
    expect(parseInviteCode(inviteCode({ ...plain, ...change }))).toBeUndefined();
  });

  test('never leaves the gateway: no part of the secret is in its request or at the desk', () => {
    const desk = new Desk();
    const invite = desk.invite('truck-17');
    const request = JSON.stringify(new Machine(1).asks(invite));
    const kept = readFileSync(join(desk.path, 'gateways', 'truck-17', 'invite.json'), 'utf8');
    const secret = toHex(invite.secret);
    for (const text of [request, kept]) {
      for (let at = 0; at + 16 <= secret.length; at += 2)
        expect(text).not.toContain(secret.slice(at, at + 16));
    }
  });

  test('holds 128 random bits, anew each time', () => {
    const desk = new Desk();
    const [one, two] = [desk.invite('truck-17'), desk.invite('truck-17')];
    expect(one.secret).toHaveLength(16);
    expect(toHex(one.secret)).not.toBe(toHex(two.secret));
  });
});

describe('the file of a code', () => {
  const pem = (name: string) =>
    readFileSync(new URL(`../../vectors/tls/${name}.pem`, import.meta.url), 'utf8');
  const caPem = pem('ca');
  const strangerPem = pem('stranger');
  const derOf = (pem: string) => Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
  const pinOf = (pem: string) =>
    Uint8Array.from(createHash('sha256').update(derOf(pem)).digest().subarray(0, 16));

  test('says what stands in the code, with the certificate that it names and the login', () => {
    const invite = { ...plain, caPin: pinOf(caPem) };
    const extras = { caPem, username: 'truck', password: 'pass word' };
    expect(readInvite(inviteFileText(inviteCode(invite), extras))).toEqual({ invite, ...extras });
    expect(isPinned(invite.caPin, derOf(caPem))).toBe(true);
    expect(isPinned(invite.caPin, derOf(strangerPem))).toBe(false);
  });

  test('with another certificate than the code names is refused', () => {
    const text = inviteFileText(inviteCode({ ...plain, caPin: pinOf(caPem) }), { caPem: strangerPem });
    expect(thrownBy(() => readInvite(text))).toMatchObject({ code: 'CODE_MALFORMED' });
    const unpinned = inviteFileText(inviteCode(plain), { caPem });
    expect(thrownBy(() => readInvite(unpinned))).toMatchObject({ code: 'CODE_MALFORMED' });
  });

  test.each(['{', '{}', '', 'COLDGATE1-', inviteFileText('COLDGATE1-0000', {})])('%j is none', (text) => {
    expect(thrownBy(() => readInvite(text))).toMatchObject({ code: 'CODE_MALFORMED' });
  });
});
