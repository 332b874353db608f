// ECDSA over SHA-256 as COSE has it (RFC 9053 section 2.1, RFC 8812 section 3.2): ES256 on P-256 and ES256K on
// secp256k1, 64 bytes r || s. For receipts; what a gateway signs for the ledger is in signature.ts.

import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from './sha256.js';
import { type CurveName, publicKeyBehind } from './signature.js';
import type { Signer } from './signer.js';
import { PARITY_BIT, S_AT, SIGNATURE_BYTES } from './signing-curve.js';

/** By a signer that makes EIP-2098 signatures: the parity bit goes, s is low already. */
export function signEcdsaSha256(signer: Signer, message: Uint8Array): Uint8Array {
  const signature = signer.sign(sha256(message));
  signature[S_AT] = (signature[S_AT] ?? 0) & ~PARITY_BIT;
  return signature;
}

/**
 * Whether the key behind a 20-byte address, on that curve, made the signature. High s is refused: it would be a second
 * signature for one statement. Never throws.
 */
export function isEcdsaSha256ByAddress(
  curve: CurveName,
  address: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (signature.length !== SIGNATURE_BYTES || (signature[S_AT] ?? 0) >= PARITY_BIT) return false;
  const digest = sha256(message);
  const odd = Uint8Array.from(signature);
  odd[S_AT] = (odd[S_AT] ?? 0) | PARITY_BIT;
  return [signature, odd].some((candidate) => publicKeyBehind(address, digest, candidate)?.curve === curve);
}

/** Whether a public key (SEC 1, 33 or 65 bytes) made the signature. Never throws. */
export function isEcdsaSha256By(
  curve: CurveName,
  key: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false;
  const { verify } = curve === 'P-256' ? p256 : secp256k1;
  try {
    return verify(signature, sha256(message), key, { prehash: false, lowS: false });
  } catch {
    // A key that is no point of the curve made nothing.
    return false;
  }
}
