// What is tried instead where a name has no account: it takes as long, and opens for nobody.

import { randomBytes } from 'node:crypto';
import type { SealedKey } from '../../accounts/sealed-key.js';

const hex = (bytes: number) => randomBytes(bytes).toString('hex');

export function decoyKey(): { readonly key: SealedKey; readonly signer: string } {
  return {
    signer: `0x${hex(20)}`,
    key: {
      kdf: { name: 'scrypt', N: 131_072, r: 8, p: 1, salt: hex(32) },
      cipher: { name: 'aes-256-gcm', nonce: hex(12), tag: hex(16), ciphertext: hex(32) },
    },
  };
}
