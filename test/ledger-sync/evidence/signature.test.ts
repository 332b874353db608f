// Signatures: Wycheproof's files of both curves through the public face, and our own rules (EIP-2098, low s).

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { computeAddress, SigningKey } from 'ethers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { concatBytes, equalBytes, fromHex, toHex } from '../../../ledger-sync/evidence/bytes.js';
import { EvidenceError } from '../../../ledger-sync/evidence/evidence-error.js';
import { sha256 } from '../../../ledger-sync/evidence/sha256.js';
import {
  addressOf,
  adoptSignature,
  type CurveName,
  isSignedBy,
  publicKeyBehind,
  recoverAddress,
  signDigest,
} from '../../../ledger-sync/evidence/signature.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { flipBit } from './memory-log.js';

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const orders = { secp256k1: ORDER, 'P-256': P256_ORDER } as const;
const curves = Object.keys(orders) as CurveName[];
const schema = z.object({
  testGroups: z.array(
    z.object({
      publicKey: z.object({ uncompressed: z.string() }),
      tests: z.array(
        z.object({
          tcId: z.int(),
          comment: z.string(),
          msg: z.string(),
          sig: z.string(),
          result: z.string(),
        }),
      ),
    }),
  ),
});

function wycheproof(file: string) {
  const path = join(import.meta.dirname, '../../vectors/wycheproof', file);
  return schema
    .parse(JSON.parse(readFileSync(path, 'utf8')))
    .testGroups.flatMap(({ publicKey, tests }) =>
      tests.map((vector) => ({ ...vector, key: fromHex(publicKey.uncompressed) })),
    );
}

const numberOf = (hex: string) => BigInt(`0x${hex}`);
const word = (value: bigint) => fromHex(value.toString(16).padStart(64, '0'));

/** EIP-2098 leaves the parity to the signer: a plain signature is good if either parity gives the key. */
function accepts(
  key: Uint8Array,
  message: Uint8Array,
  plain: Uint8Array,
  curve: CurveName = 'secp256k1',
): boolean {
  const address = addressOf(key, curve);
  const odd = Uint8Array.from(plain);
  odd[32] = (odd[32] ?? 0) | 0x80;
  return [plain, odd].some((signature) => isSignedBy(address, sha256(message), signature));
}

/** r and s of a strict DER signature, 32 bytes each; undefined for anything else. */
function strictDer(hex: string): Uint8Array | undefined {
  const match = /^30(..)02(..)(.*)$/.exec(hex);
  if (!match) return undefined;
  const [, total = '', rLength = '', rest = ''] = match;
  const rDigits = Number.parseInt(rLength, 16) * 2;
  const [r, tail] = [rest.slice(0, rDigits), rest.slice(rDigits)];
  const s = tail.slice(4);
  const isWhole =
    Number.parseInt(total, 16) * 2 === hex.length - 4 &&
    tail.startsWith('02') &&
    Number.parseInt(tail.slice(2, 4), 16) * 2 === s.length;
  const isInteger = (digits: string) => /^([0-7].|00[89a-f].)/.test(digits) && !/^00[0-7]/.test(digits);
  if (!isWhole || !isInteger(r) || !isInteger(s)) return undefined;
  const [rNumber, sNumber] = [numberOf(r), numberOf(s)];
  return rNumber < 2n ** 256n && sNumber < 2n ** 256n ? concatBytes(word(rNumber), word(sNumber)) : undefined;
}

/** R.x of at least the group order, about one in 2^127: EIP-2098 and the ledger's ecrecover have no form for it. */
const hasLargeX = (comment: string) => /large x-coordinate|x = n \+/.test(comment);

describe('Wycheproof ecdsa_secp256k1_sha256_bitcoin (DER, low s)', () => {
  const vectors = wycheproof('ecdsa_secp256k1_sha256_bitcoin_test.json');
  test('463 cases are here', () => expect(vectors).toHaveLength(463));
  test.each(vectors)('case $tcId, $comment, is $result', ({ key, msg, sig, result, comment }) => {
    const plain = strictDer(sig);
    const isGood = plain !== undefined && accepts(key, fromHex(msg), plain);
    expect(isGood).toBe(result === 'valid' && !hasLargeX(comment));
  });
});

describe.each([
  ['secp256k1', 'secp256k1', 252],
  ['secp256r1', 'P-256', 262],
] as const)('Wycheproof ecdsa_%s_sha256_p1363 (any s)', (file, curve, count) => {
  const vectors = wycheproof(`ecdsa_${file}_sha256_p1363_test.json`);
  const order = orders[curve];
  test(`${count} cases are here`, () => expect(vectors).toHaveLength(count));
  test.each(vectors)(
    'case $tcId, $comment, is $result once s is made low',
    ({ key, msg, sig, result, comment }) => {
      const plain = fromHex(sig);
      const s = numberOf(sig.slice(64, 128) || '0');
      const isHigh = s > order / 2n && s < order;
      if (isHigh) expect(accepts(key, fromHex(msg), plain, curve)).toBe(false);
      const low = isHigh ? concatBytes(plain.subarray(0, 32), word(order - s)) : plain;
      expect(accepts(key, fromHex(msg), low, curve)).toBe(result === 'valid' && !hasLargeX(comment));
    },
  );
});

const privateKey = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .filter((key) => numberOf(toHex(key)) > 0n && numberOf(toHex(key)) < ORDER);
const digest = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('our signatures', () => {
  test('give back the signer, are deterministic, have low s, and are those of ethers', () => {
    fc.assert(
      fc.property(privateKey, digest, (key, hash) => {
        const signature = signDigest(key, hash);
        expect(toHex(recoverAddress(hash, signature))).toBe(toHex(addressOf(key)));
        expect(toHex(signDigest(key, hash))).toBe(toHex(signature));
        const low = Uint8Array.from(signature);
        low[32] = (low[32] ?? 0) & 0x7f;
        expect(numberOf(toHex(low.subarray(32))) <= ORDER / 2n).toBe(true);
        const theirs = new SigningKey(`0x${toHex(key)}`);
        expect(`0x${toHex(signature)}`).toBe(theirs.sign(hash).compactSerialized);
        expect(`0x${toHex(addressOf(key))}`).toBe(computeAddress(theirs.publicKey).toLowerCase());
        expect(toHex(addressOf(fromHex(theirs.compressedPublicKey)))).toBe(toHex(addressOf(key)));
      }),
      { numRuns: 25 },
    );
  });

  test('a flipped bit in digest or signature gives another signer or is refused', () => {
    fc.assert(
      fc.property(privateKey, digest, fc.nat(511), (key, hash, bit) => {
        const signature = signDigest(key, hash);
        expect(isSignedBy(addressOf(key), hash, flipBit(signature, bit))).toBe(false);
        expect(isSignedBy(addressOf(key), flipBit(hash, bit % 256), signature)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  test('the s just above half the order is refused though its top bit is free', () => {
    const r = signDigest(new Uint8Array(32).fill(7), sha256(new Uint8Array(0))).subarray(0, 32);
    expect(() => recoverAddress(new Uint8Array(32), concatBytes(r, word(ORDER / 2n + 1n)))).toThrow(
      'half the group order',
    );
    expect(recoverAddress(new Uint8Array(32).fill(1), concatBytes(r, word(ORDER / 2n)))).toHaveLength(20);
  });

  test.each<[string, Uint8Array]>([
    ['63 bytes', new Uint8Array(63).fill(1)],
    ['65 bytes', new Uint8Array(65).fill(1)],
    ['r of 0', concatBytes(new Uint8Array(32), word(1n))],
    ['s of 0', concatBytes(word(1n), new Uint8Array(32))],
    ['r of the order', concatBytes(word(ORDER), word(1n))],
    ['r that is no point', concatBytes(word(5n), word(1n))],
  ])('%s is a malformed signature', (_, signature) => {
    expect(() => recoverAddress(new Uint8Array(32), signature)).toThrow(EvidenceError);
    expect(isSignedBy(new Uint8Array(20), new Uint8Array(32), signature)).toBe(false);
  });

  test.each<[string, Uint8Array]>([
    ['zero', new Uint8Array(32)],
    ['the order', word(ORDER)],
    ['31 bytes', new Uint8Array(31).fill(1)],
  ])('%s is no private key', (_, key) => {
    expect(() => signDigest(key, new Uint8Array(32))).toThrow(EvidenceError);
    expect(() => new SoftwareSigner(key)).toThrow(EvidenceError);
  });

  test('only digests of 32 bytes are signed', () => {
    expect(() => signDigest(new Uint8Array(32).fill(7), new Uint8Array(31))).toThrow(EvidenceError);
  });

  test('a signer keeps its own copy of the key', () => {
    const key = new Uint8Array(32).fill(7);
    const signer = new SoftwareSigner(key);
    key.fill(0);
    const hash = sha256(new Uint8Array(0));
    expect(equalBytes(recoverAddress(hash, signer.sign(hash)), signer.address)).toBe(true);
  });
});

describe.each(curves)('a key of %s', (curve) => {
  const order = orders[curve];
  const other = curves.find((one) => one !== curve) ?? curve;
  const keys = privateKey.filter((key) => numberOf(toHex(key)) < order);

  test('signs what it alone can have signed, and is found with its curve from the signature', () => {
    fc.assert(
      fc.property(keys, digest, fc.nat(511), (key, hash, bit) => {
        const signer = new SoftwareSigner(key, curve);
        const signature = signer.sign(hash);
        const found = publicKeyBehind(signer.address, hash, signature);
        expect(found?.curve).toBe(curve);
        expect(toHex(addressOf(concatBytes(Uint8Array.of(4), found?.xy ?? hash), curve))).toBe(
          toHex(signer.address),
        );
        expect(isSignedBy(addressOf(key, other), hash, signature)).toBe(false);
        expect(isSignedBy(signer.address, hash, flipBit(signature, bit))).toBe(false);
        expect(isSignedBy(signer.address, flipBit(hash, bit % 256), signature)).toBe(false);
      }),
      { numRuns: 25 },
    );
  });

  test('in a token that answers with a high s or none that fits: adopted as our form, or refused', () => {
    fc.assert(
      fc.property(keys, digest, (key, hash) => {
        const signer = new SoftwareSigner(key, curve);
        const ours = signer.sign(hash);
        const low = Uint8Array.from(ours);
        low[32] = (low[32] ?? 0) & 0x7f;
        const high = concatBytes(low.subarray(0, 32), word(order - numberOf(toHex(low.subarray(32)))));
        for (const answer of [low, high]) expect(adoptSignature(signer.address, hash, answer)).toEqual(ours);
        expect(adoptSignature(signer.address, flipBit(hash, 0), high)).toBeUndefined();
      }),
      { numRuns: 10 },
    );
  });
});
