// Whether a COSE receipt holds for a root, by a key that the reader trusts. Receipts of any maker: the shape of
// the gateway's own ones is in gateway-receipt.ts.

import { rootFromConsistency } from '../evidence/consistency.js';
import { isEcdsaSha256By, isEcdsaSha256ByAddress } from '../evidence/ecdsa-sha256.js';
import { rootFromInclusion } from '../evidence/inclusion.js';
import { type CoseReceipt, coseAlgorithms, readProtected, receiptMessage } from './cose-receipt.js';

/** A public key (SEC 1, 33 or 65 bytes), or the address of a key (20 bytes). */
export type ReceiptKey = { readonly publicKey: Uint8Array } | { readonly address: Uint8Array };

/**
 * Whether the key signed this receipt over that root.
 * @throws EvidenceError PROOF_MALFORMED for another algorithm or tree
 */
export function isReceiptBy(receipt: CoseReceipt, root: Uint8Array, key: ReceiptKey): boolean {
  const { algorithm } = readProtected(receipt.protectedBytes);
  const message = receiptMessage(receipt.protectedBytes, root);
  const curve = algorithm === coseAlgorithms.ES256K ? 'secp256k1' : 'P-256';
  return 'address' in key
    ? isEcdsaSha256ByAddress(curve, key.address, message, receipt.signature)
    : isEcdsaSha256By(curve, key.publicKey, message, receipt.signature);
}

/**
 * Whether the key signed that the entry is in the log.
 * @param leafHash SHA-256(0x00 || entry)
 * @throws EvidenceError PROOF_MALFORMED
 */
export function verifyInclusionReceipt(receipt: CoseReceipt, leafHash: Uint8Array, key: ReceiptKey): boolean {
  const { kind, numbers, path } = receipt.proof;
  const [size, index] = numbers;
  const root = kind === 'inclusion' ? rootFromInclusion(index, size, leafHash, path) : undefined;
  return root !== undefined && isReceiptBy(receipt, root, key);
}

/**
 * Whether the key signed a log that begins with the log of the older root.
 * @throws EvidenceError PROOF_MALFORMED
 */
export function verifyConsistencyReceipt(
  receipt: CoseReceipt,
  oldRoot: Uint8Array,
  key: ReceiptKey,
): boolean {
  const { kind, numbers, path } = receipt.proof;
  const [oldSize, size] = numbers;
  const root = kind === 'consistency' ? rootFromConsistency(oldSize, size, path, oldRoot) : undefined;
  return root !== undefined && isReceiptBy(receipt, root, key);
}
