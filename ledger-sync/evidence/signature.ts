// secp256k1 signatures over 32-byte digests in the 64-byte form of EIP-2098: r, then s with the parity of R's
// y in its top bit. Signer known by address, as on the ledger. noble-curves does the arithmetic.

import { secp256k1 } from '@noble/curves/secp256k1.js';
import { equalBytes, toHex } from './bytes.js';
import { EvidenceError } from './evidence-error.js';
import { keccak256 } from './keccak.js';
import { KnownKeys } from './known-keys.js';

const DIGEST_BYTES = 32;
const SIGNATURE_BYTES = 64;
const ADDRESS_BYTES = 20;
const PRIVATE_KEY_BYTES = 32;
/** Where s begins; its top bit is free because s is at most half the group order. */
const S_AT = 32;
const PARITY_BIT = 0x80;
/** Table of multiples of the base point: 8 bits a window, made in some tens of ms, doubles the signing rate. */
const WINDOW_BITS = 8;
/** A process that checks fewer signatures would not earn the table back. */
const CHECKS_BEFORE_TABLE = 128;
/** First byte of a compressed point with even y (SEC 1 section 2.3.3); one more for odd. */
const EVEN_Y = 2;
const { Fn } = secp256k1.Point;
const HALF_ORDER = Fn.ORDER >> 1n;

type Point = InstanceType<typeof secp256k1.Point>;

let isPrecomputed = false;
let checks = 0;
const knownKeys = new KnownKeys();

/**
 * Signs a digest. Deterministic (RFC 6979): the same digest gives the same bytes.
 * @param privateKey 32 bytes, 1 to the group order - 1
 * @throws EvidenceError KEY_INVALID, SIGNATURE_INVALID (digest of another length)
 */
export function signDigest(privateKey: Uint8Array, digest: Uint8Array): Uint8Array {
  requireDigest(digest);
  requirePrivateKey(privateKey);
  precomputeBase();
  const signed = secp256k1.sign(digest, privateKey, { prehash: false, lowS: true, format: 'recovered' });
  const [recovery = 0] = signed;
  // Recovery 2 and 3 mean an r of at least the group order, one in 2^127, and have no EIP-2098 form.
  if (recovery > 1) throw invalid('r is above the group order');
  const compact = signed.slice(1);
  compact[S_AT] = (compact[S_AT] ?? 0) | (recovery * PARITY_BIT);
  return compact;
}

/**
 * Address whose key made the signature over that digest. Any well-formed signature gives some address:
 * compare it with the one you expect.
 * @throws EvidenceError SIGNATURE_INVALID for another length, r or s of 0 or out of range, s above half the
 *   group order, or an r that is no point
 */
export function recoverAddress(digest: Uint8Array, signature: Uint8Array): Uint8Array {
  return withParts(digest, signature, (parts) => addressOfPoint(recoverPoint(parts).toBytes(false)));
}

interface Parts {
  /** The digest as a number of the scalar field. */
  readonly z: bigint;
  readonly r: bigint;
  readonly s: bigint;
  readonly parity: number;
}

function withParts<T>(digest: Uint8Array, signature: Uint8Array, use: (parts: Parts) => T): T {
  requireDigest(digest);
  if (signature.length !== SIGNATURE_BYTES)
    throw invalid(`${signature.length} bytes, not ${SIGNATURE_BYTES}`);
  const compact = Uint8Array.from(signature);
  const top = compact[S_AT] ?? 0;
  compact[S_AT] = top & ~PARITY_BIT;
  try {
    const { r, s } = secp256k1.Signature.fromBytes(compact, 'compact');
    if (s > HALF_ORDER) throw invalid('s is above half the group order');
    return use({ z: Fn.create(BigInt(`0x${toHex(digest)}`)), r, s, parity: top >> 7 });
  } catch (error) {
    if (error instanceof EvidenceError) throw error;
    throw invalid('r or s is out of range, or r is no point', error);
  }
}

/** SEC 1 section 4.1.6: Q = r^-1 (sR - zG). */
function recoverPoint({ z, r, s, parity }: Parts): Point {
  const x = new Uint8Array(1 + DIGEST_BYTES);
  x[0] = EVEN_Y + parity;
  x.set(secp256k1.Point.Fp.toBytes(r), 1);
  const point = secp256k1.Point.fromBytes(x);
  const inverse = Fn.inv(r);
  const key = sumOf(Fn.create(-z * inverse), point, Fn.create(s * inverse));
  if (key.is0()) throw invalid('no key could have made it');
  return key;
}

/** SEC 1 section 4.1.4, with R compared as a whole: x and parity, as recovery has it. */
function isMadeBy(key: Point, { z, r, s, parity }: Parts): boolean {
  const inverse = Fn.inv(s);
  const point = sumOf(Fn.create(z * inverse), key, Fn.create(r * inverse));
  if (point.is0()) return false;
  const { x, y } = point.toAffine();
  return x === r && Number(y & 1n) === parity;
}

/** ofBase G + ofPoint P. With its table the half of G costs a fifth; without one both share their doublings. */
function sumOf(ofBase: bigint, point: Point, ofPoint: bigint): Point {
  const { BASE } = secp256k1.Point;
  checks += 1;
  if (checks === CHECKS_BEFORE_TABLE) precomputeBase();
  return isPrecomputed
    ? BASE.multiplyUnsafe(ofBase).add(point.multiplyUnsafe(ofPoint))
    : BASE.mulAddUnsafe(ofBase, point, ofPoint);
}

function precomputeBase(): void {
  if (isPrecomputed) return;
  secp256k1.Point.BASE.precompute(WINDOW_BITS, false);
  isPrecomputed = true;
}

/** Whether the key behind `address` made the signature over that digest. Never throws. */
export function isSignedBy(address: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  try {
    return withParts(digest, signature, (parts) => {
      const known = knownKeys.get(address);
      if (known) return isMadeBy(known, parts);
      const key = recoverPoint(parts);
      const isSigner = equalBytes(addressOfPoint(key.toBytes(false)), address);
      if (isSigner) knownKeys.add(address, key);
      return isSigner;
    });
  } catch (error) {
    if (error instanceof EvidenceError) return false;
    throw error;
  }
}

/**
 * The 20-byte address of a key: the end of keccak256 over the public point's 64 bytes.
 * @param key private (32 bytes) or public (33 or 65 bytes, SEC 1)
 * @throws EvidenceError KEY_INVALID
 */
export function addressOf(key: Uint8Array): Uint8Array {
  if (key.length === PRIVATE_KEY_BYTES) {
    requirePrivateKey(key);
    return addressOfPoint(secp256k1.getPublicKey(key, false));
  }
  try {
    return addressOfPoint(secp256k1.Point.fromBytes(key).toBytes(false));
  } catch (error) {
    throw invalidKey('no point of secp256k1', error);
  }
}

/** @param point 65 bytes: 0x04, x, y */
function addressOfPoint(point: Uint8Array): Uint8Array {
  return keccak256(point.subarray(1)).slice(-ADDRESS_BYTES);
}

function requirePrivateKey(key: Uint8Array): void {
  if (!secp256k1.utils.isValidSecretKey(key)) throw invalidKey('no private key of secp256k1');
}

function requireDigest(digest: Uint8Array): void {
  if (digest.length !== DIGEST_BYTES)
    throw invalid(`the digest has ${digest.length} bytes, not ${DIGEST_BYTES}`);
}

/** Never shows the key. */
function invalidKey(problem: string, cause?: unknown): EvidenceError {
  return new EvidenceError(
    'KEY_INVALID',
    `key: ${problem}`,
    'the key file is damaged or of another kind',
    cause,
  );
}

function invalid(problem: string, cause?: unknown): EvidenceError {
  return new EvidenceError(
    'SIGNATURE_INVALID',
    `signature: ${problem}`,
    'the signature is damaged or forged',
    cause,
  );
}
