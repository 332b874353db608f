// Whoever holds a device key: memory here, a token in gateway/sealing/token. Only digests go in and only
// signatures come out.

import { addressOf, type CurveName, signDigest } from './signature.js';

export interface Signer {
  /** Address of the key, 20 bytes. */
  readonly address: Uint8Array;
  readonly curve: CurveName;
  /** 64-byte EIP-2098 signature over a 32-byte digest, made by the key of `address` for certain. */
  sign(digest: Uint8Array): Uint8Array;
}

/** A key in this process's memory. */
export class SoftwareSigner implements Signer {
  readonly address: Uint8Array;
  readonly #privateKey: Uint8Array;
  readonly curve: CurveName;

  /**
   * @param privateKey 32 bytes; copied
   * @throws EvidenceError KEY_INVALID
   */
  constructor(privateKey: Uint8Array, curve: CurveName = 'secp256k1') {
    this.#privateKey = Uint8Array.from(privateKey);
    this.curve = curve;
    this.address = addressOf(this.#privateKey, curve);
  }

  sign(digest: Uint8Array): Uint8Array {
    return signDigest(this.#privateKey, digest, this.curve);
  }
}
