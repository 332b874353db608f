// SHA-256 (FIPS 180-4), one shot. The only file of the evidence code that touches node:crypto; another
// platform replaces this file and nothing else.

import { hash } from 'node:crypto';

/** SHA-256 of `data`, 32 bytes. The result is the caller's own. */
export function sha256(data: Uint8Array): Uint8Array {
  return hash('sha256', data, 'buffer');
}
