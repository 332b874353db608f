// Keccak-256 as the EVM has it (the padding of before FIPS 202). Used for EIP-712 and addresses only; the
// log's tree is SHA-256.

import { keccak_256 } from '@noble/hashes/sha3.js';

/** Keccak-256, 32 bytes. */
export function keccak256(data: Uint8Array): Uint8Array {
  return keccak_256(data);
}

/** Keccak-256 of the UTF-8 bytes of a text. */
export function keccakUtf8(text: string): Uint8Array {
  return keccak_256(new TextEncoder().encode(text));
}
