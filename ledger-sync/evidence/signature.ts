// Signatures over 32-byte digests in the 64-byte form of EIP-2098, on secp256k1 or on P-256. A signer is known by its address, as
// on the ledger: recovery gives the public key on either curve, so neither the key nor the curve's name travels with a signature.

import { equalBytes } from './bytes.js';
import { EvidenceError } from './evidence-error.js';
import { keccak256 } from './keccak.js';
import { KnownKeys } from './known-keys.js';
import {
  DIGEST_BYTES,
  invalidSignature,
  PARITY_BIT,
  p256Curve,
  S_AT,
  type SigningCurve,
  secp256k1Curve,
} from './signing-curve.js';

const ADDRESS_BYTES = 20;
const PRIVATE_KEY_BYTES = 32;

export type CurveName = SigningCurve['name'];

/** A public key, and the curve that it is a point of. */
export interface PublicKey {
  readonly curve: CurveName;
  /** x, then y, 32 bytes each. */
  readonly xy: Uint8Array;
}

/** The usual one first: a signature of the other costs an attempt more, once for each key. */
const curves = [secp256k1Curve, p256Curve];
const knownKeys = new KnownKeys();

/**
 * Signs a digest. Deterministic (RFC 6979): the same digest gives the same bytes.
 * @param privateKey 32 bytes, 1 to the group order - 1
 * @throws EvidenceError KEY_INVALID, SIGNATURE_INVALID (digest of another length)
 */
export function signDigest(
  privateKey: Uint8Array,
  digest: Uint8Array,
  curve: CurveName = 'secp256k1',
): Uint8Array {
  requireDigest(digest);
  requirePrivateKey(privateKey, curve);
  return curveOf(curve).sign(privateKey, digest);
}

/**
 * Address whose secp256k1 key made the signature over that digest. Any well-formed signature gives some address:
 * compare it with the one you expect.
 * @throws EvidenceError SIGNATURE_INVALID for another length, r or s of 0 or out of range, s above half the
 *   group order, or an r that is no point
 */
export function recoverAddress(digest: Uint8Array, signature: Uint8Array): Uint8Array {
  requireDigest(digest);
  return addressOfPoint(secp256k1Curve.recover(secp256k1Curve.parts(digest, signature)).toBytes(false));
}

/** Whether the key behind `address`, on either curve, made the signature over that digest. Never throws. */
export function isSignedBy(address: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  return signerOf(address, digest, signature) !== undefined;
}

/** The public key behind `address`, if it made the signature over that digest. Never throws. */
export function publicKeyBehind(
  address: Uint8Array,
  digest: Uint8Array,
  signature: Uint8Array,
): PublicKey | undefined {
  const found = signerOf(address, digest, signature);
  return found && { curve: found.curve.name, xy: found.point.toBytes(false).slice(1) };
}

function signerOf(address: Uint8Array, digest: Uint8Array, signature: Uint8Array) {
  if (digest.length !== DIGEST_BYTES) return undefined;
  const known = knownKeys.get(address);
  if (known) {
    const { curve, point } = known;
    const isMade = unlessInvalid(() => curve.isMadeBy(point, curve.parts(digest, signature)));
    return isMade ? known : undefined;
  }
  for (const curve of curves) {
    const point = unlessInvalid(() => curve.recover(curve.parts(digest, signature)));
    if (!point || !equalBytes(addressOfPoint(point.toBytes(false)), address)) continue;
    knownKeys.add(address, { curve, point });
    return { curve, point };
  }
  return undefined;
}

function unlessInvalid<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof EvidenceError) return undefined;
    throw error;
  }
}

/**
 * The form above of a signature that was made elsewhere, such as in a token: s low, and with the parity of R.
 * @param signature r, then s, 32 bytes each; s may be high
 * @returns undefined if it is no signature of the key behind `address` over that digest
 */
export function adoptSignature(
  address: Uint8Array,
  digest: Uint8Array,
  signature: Uint8Array,
): Uint8Array | undefined {
  const known = knownKeys.get(address);
  const candidates = (known ? [known.curve] : curves).flatMap((curve) => {
    const even = curve.low(signature);
    if (!even) return [];
    const odd = Uint8Array.from(even);
    odd[S_AT] = (odd[S_AT] ?? 0) | PARITY_BIT;
    return [even, odd];
  });
  return candidates.find((candidate) => isSignedBy(address, digest, candidate));
}

/**
 * The 20-byte address of a key: the end of keccak256 over the public point's 64 bytes.
 * @param key private (32 bytes) or public (33 or 65 bytes, SEC 1)
 * @throws EvidenceError KEY_INVALID
 */
export function addressOf(key: Uint8Array, curve: CurveName = 'secp256k1'): Uint8Array {
  if (key.length === PRIVATE_KEY_BYTES) {
    requirePrivateKey(key, curve);
    return addressOfPoint(curveOf(curve).publicKey(key));
  }
  const point = curveOf(curve).point(key);
  if (!point) throw invalidKey(`no point of ${curve}`);
  return addressOfPoint(point.toBytes(false));
}

/** @param point 65 bytes: 0x04, x, y */
function addressOfPoint(point: Uint8Array): Uint8Array {
  return keccak256(point.subarray(1)).slice(-ADDRESS_BYTES);
}

const curveOf = (name: CurveName): SigningCurve => (name === 'P-256' ? p256Curve : secp256k1Curve);

function requirePrivateKey(key: Uint8Array, curve: CurveName): void {
  if (!curveOf(curve).isPrivateKey(key)) throw invalidKey(`no private key of ${curve}`);
}

function requireDigest(digest: Uint8Array): void {
  if (digest.length !== DIGEST_BYTES)
    throw invalidSignature(`the digest has ${digest.length} bytes, not ${DIGEST_BYTES}`);
}

/** Never shows the key. */
function invalidKey(problem: string): EvidenceError {
  return new EvidenceError('KEY_INVALID', `key: ${problem}`, 'the key file is damaged or of another kind');
}
