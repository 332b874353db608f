// The tree of RFC 9162 section 2.1.1 written down as the text defines it, by recursion over all leaves. Shares
// no code with the one under test, not even the hash.

import { createHash } from 'node:crypto';

function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** Hash of one leaf. */
export const naiveLeafHash = (leaf: Uint8Array): Buffer => sha256(Uint8Array.of(0), leaf);

/** MTH(D[n]). */
export function naiveRoot(leaves: readonly Uint8Array[]): Buffer {
  const [only] = leaves;
  if (only === undefined) return sha256();
  if (leaves.length === 1) return naiveLeafHash(only);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(Uint8Array.of(1), naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split)));
}
