// The word of the agreed quality party (PROTOCOL.md, agreements): how much time out of range shall count, EIP-712
// `Ruling(...)` in the agreement contract's domain. Pure.

import type { LedgerDomain } from '../evidence/batch.js';
import { typedDataDigest } from '../evidence/eip712.js';
import { agreementDomain } from './agreement-terms.js';

export interface Ruling {
  /** 32 bytes, 0x hex. */
  readonly agreement: string;
  readonly outS: number;
  /** SHA-256 of what it is founded on, 0x hex. */
  readonly document: string;
  /** Unix seconds until which the ledger takes it. */
  readonly deadline: number;
}

const rulingTypes = {
  Ruling: [
    { name: 'agreement', type: 'bytes32' },
    { name: 'outS', type: 'uint32' },
    { name: 'document', type: 'bytes32' },
    { name: 'deadline', type: 'uint40' },
  ],
} as const;

/** What the quality party signs. @throws EvidenceError TYPED_DATA if a value does not fit its type */
export function rulingDigest(domain: LedgerDomain, ruling: Ruling): Uint8Array {
  return typedDataDigest(agreementDomain(domain), rulingTypes, 'Ruling', ruling);
}
