// The checkpoint (PROTOCOL.md section 4): one signature per commit over the whole log so far, as EIP-712
// `Checkpoint`. Bound to no chain: it holds before any ledger is known.

import { concatBytes } from './bytes.js';
import { digestOf, domainSeparator } from './eip712.js';
import { keccak256, keccakUtf8 } from './keccak.js';
import { HASH_BYTES } from './merkle.js';
import { isSignedBy } from './signature.js';
import type { Signer } from './signer.js';
import { setAddressWord, setBytesWord, setUintWord, WORD_BYTES } from './struct-word.js';

export interface Checkpoint {
  /** Address of the device key, 20 bytes. */
  readonly gateway: Uint8Array;
  /** Leaves in the log, below 2^48. */
  readonly size: number;
  /** Root of their tree, 32 bytes. */
  readonly root: Uint8Array;
  /** Unix ms as the gateway's clock stood when it signed, below 2^48. */
  readonly timeMs: number;
}

export interface SignedCheckpoint extends Checkpoint {
  /** 64 bytes, EIP-2098. */
  readonly signature: Uint8Array;
}

export const checkpointType = 'Checkpoint(address gateway,uint64 size,bytes32 root,uint64 timeMs)';
const separator = domainSeparator({ name: 'coldgate', version: '1' });
const typeHash = keccakUtf8(checkpointType);
const FIELDS = 4;

/**
 * EIP-712 digest of a checkpoint: two Keccak runs, no allocation to speak of.
 * @throws EvidenceError HEADER_FIELD
 */
export function checkpointDigest(checkpoint: Checkpoint): Uint8Array {
  const words = new Uint8Array(FIELDS * WORD_BYTES);
  setAddressWord(words, 0, 'gateway', checkpoint.gateway);
  setUintWord(words, 1, 'size', checkpoint.size);
  setBytesWord(words, 2, 'root', checkpoint.root, HASH_BYTES);
  setUintWord(words, 3, 'timeMs', checkpoint.timeMs);
  return digestOf(separator, keccak256(concatBytes(typeHash, words)));
}

/**
 * Signs a checkpoint.
 * @throws EvidenceError HEADER_FIELD
 */
export function signCheckpoint(signer: Signer, checkpoint: Checkpoint): SignedCheckpoint {
  return { ...checkpoint, signature: signer.sign(checkpointDigest(checkpoint)) };
}

/**
 * Whether the gateway that it names signed it. A malformed signature is false.
 * @throws EvidenceError HEADER_FIELD
 */
export function verifyCheckpoint(signed: SignedCheckpoint): boolean {
  return isSignedBy(signed.gateway, checkpointDigest(signed), signed.signature);
}
