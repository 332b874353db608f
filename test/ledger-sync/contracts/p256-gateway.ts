// A gateway whose key is P-256, as in a secure element, and the chain of headers that it has signed.
import { p256 } from '@noble/curves/nist.js';
import { getBytes, keccak256 } from 'ethers';
import {
  type BatchHeader,
  batchDigest,
  genesisHead,
  headOf,
  type LedgerDomain,
  packMeta,
  type SignedBatch,
} from '../../../ledger-sync/evidence/batch.js';
import { concatBytes } from '../../../ledger-sync/evidence/bytes.js';
import { sha256 } from '../../../ledger-sync/evidence/sha256.js';

const ADDRESS_AT = 12;
const META_AT = 2;
const START_MS = 1_790_000_000_000;

export class P256Gateway {
  readonly address: Uint8Array;
  /** x and y, 64 bytes. */
  readonly publicKey: Uint8Array;
  readonly #key: Uint8Array;
  #prev: Uint8Array;
  #seq = 0;

  constructor(name: string) {
    this.#key = sha256(new TextEncoder().encode(name));
    this.publicKey = p256.getPublicKey(this.#key, false).slice(1);
    this.address = getBytes(keccak256(this.publicKey)).slice(ADDRESS_AT);
    this.#prev = genesisHead(this.address);
  }

  /** r | s | x | y, 128 bytes; another one at each call, as a secure element does it. */
  sign(digest: Uint8Array): Uint8Array {
    const signature = p256.sign(digest, this.#key, { prehash: false, extraEntropy: true });
    return concatBytes(signature, this.publicKey);
  }

  /** Signs the next header of the chain. */
  cut(domain: LedgerDomain, rootName = ''): SignedBatch & { readonly wire: Uint8Array } {
    this.#seq += 1;
    const tFirstMs = START_MS + this.#seq * 60_000;
    const header: BatchHeader = {
      gateway: this.address,
      prev: this.#prev,
      root: sha256(new TextEncoder().encode(`${rootName} ${this.#seq}`)),
      meta: {
        seq: this.#seq,
        size: this.#seq * 48,
        tFirstMs,
        tLastMs: tFirstMs + 59_999,
        minCentiC: 213,
        maxCentiC: 688,
        flags: 1,
      },
    };
    this.#prev = headOf(header);
    const signature = this.sign(batchDigest(domain, header));
    // meta 30 | root 32 | r 32 | s 32 | x 32 | y 32
    const wire = concatBytes(packMeta(header.meta).slice(META_AT), header.root, signature);
    return { ...header, signature, wire };
  }
}
