// What a token answers is never believed: only a signature of the gateway's own key over what was asked goes on. The token
// here is a fake behind the session's interface; the real one is in test/gateway/token-journey.test.ts.

import { secp256k1 } from '@noble/curves/secp256k1.js';
import { describe, expect, test } from 'vitest';
import { KeyError } from '../../../gateway/sealing/key-error.js';
import { type SigningSession, TokenSigner } from '../../../gateway/sealing/token/token-signer.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { sha256 } from '../../../ledger-sync/evidence/sha256.js';
import { addressOf, isSignedBy, signDigest } from '../../../ledger-sync/evidence/signature.js';
import { deviceKey } from '../test-log.js';
import { thrownBy } from '../thrown.js';

const { Fn } = secp256k1.Point;
const address = addressOf(deviceKey);
const digest = sha256(Uint8Array.of(1));
const other = sha256(Uint8Array.of(2));

/** r, then s, as tokens give them; s is high for every second digest or so. */
function rawSignature(of: Uint8Array, isHigh: boolean, key = deviceKey): Uint8Array {
  const { r, s } = secp256k1.Signature.fromBytes(
    secp256k1.sign(of, key, { prehash: false, lowS: true, format: 'compact' }),
    'compact',
  );
  return new secp256k1.Signature(r, isHigh ? Fn.ORDER - s : s).toBytes('compact');
}

/** A token that is opened as often as it must be, and does the next of `acts` at each signature. */
function tokenThat(...acts: ((of: Uint8Array) => Uint8Array)[]) {
  const seen = { pins: [] as string[], closed: 0 };
  let pin = '1234';
  let refused = '';
  const session: SigningSession = {
    sign: (of) => (acts.length > 1 ? acts.shift() : acts[0])?.(of) ?? new Uint8Array(),
    close: () => {
      seen.closed += 1;
    },
  };
  const signer = new TokenSigner({
    key: {
      address: `0x${toHex(address)}`,
      curve: 'secp256k1',
      module: '/usr/lib/none.so',
      tokenLabel: 'truck-17',
      keyLabel: 'coldgate',
    },
    readPin: () => pin,
    connect: (given) => {
      seen.pins.push(given);
      if (given === refused) throw new KeyError('TOKEN_PIN_WRONG', 'refuses the PIN', 'write the right one');
      return session;
    },
  });
  return {
    ...{ signer, seen },
    usePin: (next: string) => {
      pin = next;
    },
    refuse: (wrong: string) => {
      refused = wrong;
    },
  };
}

const gone = () => {
  throw new KeyError('TOKEN_ABSENT', 'is not there', 'plug it in');
};

describe('a token signs', () => {
  test.each([false, true])('with s made low, as the protocol wants it (high before: %s)', (isHigh) => {
    const { signer } = tokenThat((of) => rawSignature(of, isHigh));
    for (const of of [digest, other]) {
      const signature = signer.sign(of);
      expect(toHex(signature)).toBe(toHex(signDigest(deviceKey, of)));
      expect(isSignedBy(signer.address, of, signature)).toBe(true);
    }
  });

  test('and is opened once for many signatures', () => {
    const { signer, seen } = tokenThat((of) => rawSignature(of, false));
    for (let time = 0; time < 5; time++) signer.sign(digest);
    expect(seen).toEqual({ pins: ['1234'], closed: 0 });
  });
});

const otherKey = new Uint8Array(32).fill(9);
const flipped = (of: Uint8Array) => rawSignature(of, false).map((byte, at) => (at === 40 ? byte ^ 1 : byte));

test.each<[what: string, answer: (of: Uint8Array) => Uint8Array]>([
  ['nothing', () => new Uint8Array()],
  ['zeros', () => new Uint8Array(64)],
  ['ones', () => new Uint8Array(64).fill(0xff)],
  ['63 bytes', (of) => rawSignature(of, false).subarray(1)],
  ['72 bytes, as DER', (of) => Uint8Array.from([0x30, 0x46, ...rawSignature(of, false), 0, 0, 0, 0, 0, 0])],
  ['a flipped bit', flipped],
  ['a signature over another digest', () => rawSignature(other, false)],
  ['a signature of another key', (of) => rawSignature(of, false, otherKey)],
])('a token that answers with %s has its answer thrown away', (_what, answer) => {
  const { signer, seen } = tokenThat(answer);
  const { code, hint, message } = thrownBy(() => signer.sign(digest));
  expect(code).toBe('TOKEN_SIGNATURE_WRONG');
  expect(hint).toContain('nothing of it was kept');
  expect(message).toContain('truck-17');
  expect(seen.closed).toBe(1);
});

test('a broken token that is replaced signs again, without a restart', () => {
  const { signer } = tokenThat(flipped, (of) => rawSignature(of, false));
  expect(thrownBy(() => signer.sign(digest)).code).toBe('TOKEN_SIGNATURE_WRONG');
  expect(isSignedBy(address, digest, signer.sign(digest))).toBe(true);
});

test('a token that was out and in again between two commits is not noticed', () => {
  const raw = (of: Uint8Array) => rawSignature(of, false);
  const { signer, seen } = tokenThat(raw, gone, raw);
  signer.sign(digest);
  expect(isSignedBy(address, other, signer.sign(other))).toBe(true);
  expect(seen).toEqual({ pins: ['1234', '1234'], closed: 1 });
});

test('a token that stays away says so each time, and signs when it is back', () => {
  const raw = (of: Uint8Array) => rawSignature(of, false);
  const { signer } = tokenThat(raw, gone, gone, gone, raw);
  signer.sign(digest);
  expect(thrownBy(() => signer.sign(digest)).code).toBe('TOKEN_ABSENT');
  expect(thrownBy(() => signer.sign(digest)).code).toBe('TOKEN_ABSENT');
  expect(isSignedBy(address, digest, signer.sign(digest))).toBe(true);
});

test('a wrong PIN is tried once, however often a signature is wanted, and the next one at once', () => {
  const token = tokenThat((of) => rawSignature(of, false));
  token.refuse('1234');
  for (let time = 0; time < 10; time++)
    expect(thrownBy(() => token.signer.sign(digest)).code).toBe('TOKEN_PIN_WRONG');
  expect(token.seen.pins).toEqual(['1234']);
  token.usePin('5678');
  expect(isSignedBy(address, digest, token.signer.sign(digest))).toBe(true);
  expect(token.seen.pins).toEqual(['1234', '5678']);
});
