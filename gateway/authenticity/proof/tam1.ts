// TAM1 of ISO/IEC 29167-10 (crypto suite AES-128): the chip answers a challenge of 80 bits with one block under its key, made
// of a constant of 16 bits, 32 random bits of its own and the challenge. Whoever decrypts the block and finds the challenge
// has met a chip that holds the key. The constant is not compared: 80 bits decide, and public drivers look at no more.

import { createDecipheriv, timingSafeEqual } from 'node:crypto';

export const TAM1_CHALLENGE_BYTES = 10;
const TAM1_RESPONSE_BYTES = 16;
/** Constant and random bits come before the challenge. */
const CHALLENGE_AT = TAM1_RESPONSE_BYTES - TAM1_CHALLENGE_BYTES;

/** @param key 16 bytes; @param challenge 10 bytes, as sent; @param response as the chip gave it */
export function isTam1Response(key: Uint8Array, challenge: Uint8Array, response: Uint8Array): boolean {
  if (challenge.length !== TAM1_CHALLENGE_BYTES || response.length !== TAM1_RESPONSE_BYTES) return false;
  // One block: no chaining, and nothing to pad.
  const cipher = createDecipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  const block = Buffer.concat([cipher.update(response), cipher.final()]);
  return timingSafeEqual(block.subarray(CHALLENGE_AT), challenge);
}
