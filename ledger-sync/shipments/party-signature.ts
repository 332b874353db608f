// Signatures of parties. Keys of this project sign 64 bytes (EIP-2098); the agreement contract asks contract wallets too
// (ERC-1271), whose signatures have any length, and takes those of keys with 65 bytes: r, s, 27 or 28.

import { concatBytes, fromHex, toHex } from '../evidence/bytes.js';
import { isSignedBy } from '../evidence/signature.js';
import type { Signer } from '../evidence/signer.js';

const COMPACT_BYTES = 64;
const LONG_BYTES = 65;
const S_AT = 32;
const PARITY_BIT = 0x80;
const FIRST_V = 27;

/** 65 bytes as 0x hex. */
export function signAsParty(signer: Signer, digest: Uint8Array): string {
  const compact = signer.sign(digest);
  const parity = (compact[S_AT] ?? 0) >> 7;
  const long = concatBytes(compact, Uint8Array.of(FIRST_V + parity));
  long[S_AT] = (long[S_AT] ?? 0) & ~PARITY_BIT;
  return `0x${toHex(long)}`;
}

/**
 * Whether the key of that address made it. False for every signature of a contract wallet: only the ledger can tell.
 * @param party 0x address
 * @param signature 0x hex
 */
export function isSignedByParty(party: string, digest: Uint8Array, signature: string): boolean {
  const bytes = fromHex(signature.slice(2));
  const v = bytes[COMPACT_BYTES] ?? 0;
  if (bytes.length !== LONG_BYTES || v < FIRST_V || v > FIRST_V + 1) return false;
  const compact = bytes.slice(0, COMPACT_BYTES);
  compact[S_AT] = (compact[S_AT] ?? 0) | ((v - FIRST_V) * PARITY_BIT);
  return isSignedBy(fromHex(party.slice(2).toLowerCase()), digest, compact);
}
