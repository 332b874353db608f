// The word of the agreed quality party (PROTOCOL.md, agreements): how much time out of range shall count, EIP-712
// `Ruling(...)` in the agreement contract's domain. Pure.

import type { LedgerDomain } from '../evidence/batch.js';
import { toHex } from '../evidence/bytes.js';
import { typedDataDigest } from '../evidence/eip712.js';
import { detailHash } from '../evidence/jcs.js';
import { agreementDomain } from './agreement-terms.js';

export interface Ruling {
  /** 32 bytes, 0x hex. */
  readonly agreement: string;
  readonly outS: number;
  /** `rulingDocument` of what it is founded on, 0x hex. */
  readonly document: string;
  /** Unix seconds until which the ledger takes it. */
  readonly deadline: number;
}

/** What quality keeps beside the paper: with both anyone can see that the ruling is founded on it. */
export interface RulingOpening {
  readonly format: 'coldgate-ruling-document';
  readonly version: 1;
  /** Of the paper, 64 hex digits. */
  readonly sha256: string;
  /** Random bytes as hex: whoever has the paper, or guesses it, does not find its ruling without them. */
  readonly salt: string;
}

/** A ruling's `document`, 0x hex. */
export const rulingDocument = (opening: RulingOpening): string => `0x${toHex(detailHash(opening))}`;

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
