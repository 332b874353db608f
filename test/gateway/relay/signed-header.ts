// A header as a gateway publishes it, with a key made from a name.
import {
  type BatchHeader,
  genesisHead,
  headOf,
  type LedgerDomain,
  packMeta,
  type SignedBatch,
  signBatch,
} from '../../../ledger-sync/evidence/batch.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { sha256 } from '../../../ledger-sync/evidence/sha256.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';

export const domain: LedgerDomain = { chainId: 31337, verifyingContract: new Uint8Array(20).fill(0xcc) };

export function signerOf(name: string): SoftwareSigner {
  return new SoftwareSigner(sha256(new TextEncoder().encode(name)));
}

/** The header of that number after `before`. */
export function signedHeader(
  name: string,
  before?: BatchHeader,
  rootName = '',
  signer = signerOf(name),
): SignedBatch {
  const seq = (before?.meta.seq ?? 0) + 1;
  return signBatch(signer, domain, {
    gateway: signer.address,
    prev: before ? headOf(before) : genesisHead(signer.address),
    root: sha256(new TextEncoder().encode(`${rootName} ${seq}`)),
    meta: { seq, size: seq * 48, tFirstMs: 1, tLastMs: 2, minCentiC: 200, maxCentiC: 800, flags: 0 },
  });
}

export function messageOf(batch: SignedBatch, change: object = {}): Uint8Array {
  const fields = {
    version: 1,
    gateway: `0x${toHex(batch.gateway)}`,
    chainId: domain.chainId,
    contract: `0x${toHex(domain.verifyingContract)}`,
    seq: batch.meta.seq,
    size: batch.meta.size,
    prev: toHex(batch.prev),
    root: toHex(batch.root),
    meta: toHex(packMeta(batch.meta)),
    signature: toHex(batch.signature),
    ...change,
  };
  return new TextEncoder().encode(JSON.stringify(fields));
}
