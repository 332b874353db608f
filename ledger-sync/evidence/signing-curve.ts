// ECDSA over 32-byte digests on one curve, in the 64-byte form of EIP-2098: r, then s with the parity of R's y in its top bit.
// That bit is free because s is at most half the group order, on either curve. noble-curves does the arithmetic.

import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { toHex } from './bytes.js';
import { EvidenceError } from './evidence-error.js';

export const DIGEST_BYTES = 32;
export const SIGNATURE_BYTES = 64;
/** Where s begins. */
export const S_AT = 32;
export const PARITY_BIT = 0x80;
/** Table of multiples of the base point: 8 bits a window, made in some tens of ms, doubles the signing rate. */
const SIGNING_WINDOW_BITS = 8;
/**
 * For whoever checks, perhaps in the thread that serves every port: made in 48 ms instead of 350, and a product takes 0.95 ms
 * instead of 0.7 (a 2 GHz Xeon).
 */
const CHECKING_WINDOW_BITS = 6;
/** A process that checks fewer signatures would not earn the table back. */
const CHECKS_BEFORE_TABLE = 128;
/** First byte of a compressed point with even y (SEC 1 section 2.3.3); one more for odd. */
const EVEN_Y = 2;

export type CurvePoint = InstanceType<typeof secp256k1.Point>;

/** A signature beside its digest, as numbers. */
export interface SignatureParts {
  /** The digest as a number of the scalar field. */
  readonly z: bigint;
  readonly r: bigint;
  readonly s: bigint;
  readonly parity: number;
}

export class SigningCurve {
  readonly name: 'secp256k1' | 'P-256';
  readonly #ecdsa: typeof secp256k1;
  #tableBits = 0;
  #checks = 0;

  constructor(name: SigningCurve['name'], ecdsa: typeof secp256k1) {
    this.name = name;
    this.#ecdsa = ecdsa;
  }

  isPrivateKey(key: Uint8Array): boolean {
    return this.#ecdsa.utils.isValidSecretKey(key);
  }

  /** @param privateKey one of this curve @returns 65 bytes: 0x04, x, y */
  publicKey(privateKey: Uint8Array): Uint8Array {
    return this.#ecdsa.getPublicKey(privateKey, false);
  }

  /** @param bytes 33 or 65 (SEC 1) @returns undefined if it is no point of this curve */
  point(bytes: Uint8Array): CurvePoint | undefined {
    try {
      return this.#ecdsa.Point.fromBytes(bytes);
    } catch {
      return undefined;
    }
  }

  /**
   * Deterministic (RFC 6979): the same digest gives the same bytes.
   * @throws EvidenceError SIGNATURE_INVALID
   */
  sign(privateKey: Uint8Array, digest: Uint8Array): Uint8Array {
    if (this.#tableBits !== SIGNING_WINDOW_BITS) {
      this.#ecdsa.Point.BASE.precompute(SIGNING_WINDOW_BITS, false);
      this.#tableBits = SIGNING_WINDOW_BITS;
    }
    const options = { prehash: false, lowS: true, format: 'recovered' } as const;
    const signed = this.#ecdsa.sign(digest, privateKey, options);
    const [recovery = 0] = signed;
    // Recovery 2 and 3 mean an r of at least the group order and have no EIP-2098 form: one in 2^127, on P-256 one in 2^32. What
    // is signed carries a time, so the next one has another r.
    if (recovery > 1) throw invalidSignature('r is above the group order');
    const compact = signed.slice(1);
    compact[S_AT] = (compact[S_AT] ?? 0) | (recovery * PARITY_BIT);
    return compact;
  }

  /** @throws EvidenceError SIGNATURE_INVALID for another length, r or s of 0 or out of range, s above half the group order */
  parts(digest: Uint8Array, signature: Uint8Array): SignatureParts {
    if (signature.length !== SIGNATURE_BYTES)
      throw invalidSignature(`${signature.length} bytes, not ${SIGNATURE_BYTES}`);
    const { Fn } = this.#ecdsa.Point;
    const compact = Uint8Array.from(signature);
    const top = compact[S_AT] ?? 0;
    compact[S_AT] = top & ~PARITY_BIT;
    let numbers: { readonly r: bigint; readonly s: bigint };
    try {
      numbers = this.#ecdsa.Signature.fromBytes(compact, 'compact');
    } catch (error) {
      throw invalidSignature('r or s is out of range', error);
    }
    const { r, s } = numbers;
    if (s > Fn.ORDER >> 1n) throw invalidSignature('s is above half the group order');
    return { z: Fn.create(BigInt(`0x${toHex(digest)}`)), r, s, parity: top >> 7 };
  }

  /**
   * The point that would have made it, SEC 1 section 4.1.6: Q = r^-1 (sR - zG).
   * @throws EvidenceError SIGNATURE_INVALID if r is no point
   */
  recover({ z, r, s, parity }: SignatureParts): CurvePoint {
    const { Point } = this.#ecdsa;
    const x = new Uint8Array(1 + DIGEST_BYTES);
    x[0] = EVEN_Y + parity;
    x.set(Point.Fp.toBytes(r), 1);
    const point = this.point(x);
    if (!point) throw invalidSignature('r is no point');
    const inverse = Point.Fn.inv(r);
    const key = this.#sumOf(Point.Fn.create(-z * inverse), point, Point.Fn.create(s * inverse));
    if (key.is0()) throw invalidSignature('no key could have made it');
    return key;
  }

  /** SEC 1 section 4.1.4, with R compared as a whole: x and parity, as recovery has it. */
  isMadeBy(key: CurvePoint, { z, r, s, parity }: SignatureParts): boolean {
    const { Fn } = this.#ecdsa.Point;
    const inverse = Fn.inv(s);
    const point = this.#sumOf(Fn.create(z * inverse), key, Fn.create(r * inverse));
    if (point.is0()) return false;
    const { x, y } = point.toAffine();
    return x === r && Number(y & 1n) === parity;
  }

  /** r and a low s of a signature with any s, 32 bytes each, without a parity; undefined if one is 0 or too large. */
  low(signature: Uint8Array): Uint8Array | undefined {
    if (signature.length !== SIGNATURE_BYTES) return undefined;
    const { ORDER } = this.#ecdsa.Point.Fn;
    try {
      const { r, s } = this.#ecdsa.Signature.fromBytes(signature, 'compact');
      return new this.#ecdsa.Signature(r, s > ORDER >> 1n ? ORDER - s : s).toBytes('compact');
    } catch {
      return undefined;
    }
  }

  /** ofBase G + ofPoint P. With its table the half of G costs a fifth; without one both share their doublings. */
  #sumOf(ofBase: bigint, point: CurvePoint, ofPoint: bigint): CurvePoint {
    const { BASE } = this.#ecdsa.Point;
    this.#checks += 1;
    if (this.#checks === CHECKS_BEFORE_TABLE && this.#tableBits === 0) {
      // Made at the next product: the other kind of table, which only signing needs, costs more.
      BASE.precompute(CHECKING_WINDOW_BITS);
      this.#tableBits = CHECKING_WINDOW_BITS;
    }
    return this.#tableBits > 0
      ? BASE.multiplyUnsafe(ofBase).add(point.multiplyUnsafe(ofPoint))
      : BASE.mulAddUnsafe(ofBase, point, ofPoint);
  }
}

/** What a key file holds, and what Ethereum signs on. */
export const secp256k1Curve = new SigningCurve('secp256k1', secp256k1);
/** What secure elements sign on: ATECC608, TPM 2.0. */
export const p256Curve = new SigningCurve('P-256', p256);

export function invalidSignature(problem: string, cause?: unknown): EvidenceError {
  return new EvidenceError(
    'SIGNATURE_INVALID',
    `signature: ${problem}`,
    'the signature is damaged or forged',
    cause,
  );
}
