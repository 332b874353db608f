// The commitment to a content key (PROTOCOL.md section 14): AES-GCM alone lets one ciphertext open under two keys.

import { concatBytes } from '../evidence/bytes.js';
import { sha256 } from '../evidence/sha256.js';

const label = new TextEncoder().encode('coldgate sealed 1 commitment');

/** 32 bytes. */
export function contentKeyCommitment(key: Uint8Array): Uint8Array {
  return sha256(concatBytes(label, key));
}
