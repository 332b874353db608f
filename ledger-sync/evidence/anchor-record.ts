// What the contracts read of a signed header. The one for secp256k1 recovers the key; the one for P-256 cannot, and is given it.

import { batchDigest, encodeBatchWire, type LedgerDomain, packMeta, type SignedBatch } from './batch.js';
import { concatBytes } from './bytes.js';
import { publicKeyBehind } from './signature.js';
import { PARITY_BIT, S_AT } from './signing-curve.js';

const META_AT = 2;

/**
 * A signature as the contract for its key takes it: the 64 bytes as they are, or for P-256 r, s without the parity, x and y, 128
 * bytes. One that is not of that key stays as it is: the contract refuses it.
 */
export function ledgerSignature(gateway: Uint8Array, digest: Uint8Array, signature: Uint8Array): Uint8Array {
  const key = publicKeyBehind(gateway, digest, signature);
  if (key?.curve !== 'P-256') return signature;
  const plain = Uint8Array.from(signature);
  plain[S_AT] = (plain[S_AT] ?? 0) & ~PARITY_BIT;
  return concatBytes(plain, key.xy);
}

/** The same header with its signature as the contract takes it. */
export function withLedgerSignature(domain: LedgerDomain, batch: SignedBatch): SignedBatch {
  const { gateway, signature } = batch;
  return { ...batch, signature: ledgerSignature(gateway, batchDigest(domain, batch), signature) };
}

/**
 * The record that `anchor` takes: 146 bytes as `encodeBatchWire` has it, or for a key of P-256 190: meta 30 | root 32 | r 32 |
 * s 32 | x 32 | y 32.
 * @throws EvidenceError HEADER_FIELD
 */
export function encodeAnchorRecord(domain: LedgerDomain, batch: SignedBatch): Uint8Array {
  const { signature } = withLedgerSignature(domain, batch);
  if (signature === batch.signature) return encodeBatchWire(batch);
  return concatBytes(packMeta(batch.meta).subarray(META_AT), batch.root, signature);
}
