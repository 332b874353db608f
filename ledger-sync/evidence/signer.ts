// Whoever holds a device key: in memory here, a secure element elsewhere. Only digests go in and only
// signatures come out.

import { addressOf, signDigest } from './signature.js';

export interface Signer {
  /** Address of the key, 20 bytes. */
  readonly address: Uint8Array;
  /** 64-byte EIP-2098 signature over a 32-byte digest. */
  sign(digest: Uint8Array): Uint8Array;
}

/** A key in this process's memory. */
export class SoftwareSigner implements Signer {
  readonly address: Uint8Array;
  readonly #privateKey: Uint8Array;

  /**
   * @param privateKey 32 bytes; copied
   * @throws EvidenceError KEY_INVALID
   */
  constructor(privateKey: Uint8Array) {
    this.#privateKey = Uint8Array.from(privateKey);
    this.address = addressOf(this.#privateKey);
  }

  sign(digest: Uint8Array): Uint8Array {
    return signDigest(this.#privateKey, digest);
  }
}
