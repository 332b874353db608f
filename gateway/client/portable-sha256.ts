// SHA-256 where there is no node:crypto: bundlers for browsers put this file in the place of evidence/sha256.ts, as the
// `browser` field of package.json tells them.

import { sha256 as portable } from '@noble/hashes/sha2.js';

/** SHA-256 of `data`, 32 bytes. The result is the caller's own. */
export function sha256(data: Uint8Array): Uint8Array {
  return portable(data);
}
