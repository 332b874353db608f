// A handover of goods (PROTOCOL.md, agreements): what both sides sign, EIP-712 `Handover(...)` in the agreement
// contract's domain. Pure: the truck makes and checks it offline, and any relay carries it to the contract later.

import type { LedgerDomain } from '../evidence/batch.js';
import { typedDataDigest } from '../evidence/eip712.js';
import { agreementDomain } from './agreement-terms.js';

export interface Handover {
  /** 32 bytes, 0x hex. */
  readonly agreement: string;
  /** Handovers before this one. */
  readonly step: number;
  /** 0x addresses in lower case. */
  readonly from: string;
  readonly to: string;
  /** Records in the gateway's log when it happened. */
  readonly size: number;
  /** Unix seconds at which it happened. */
  readonly atS: number;
  /** SHA-256 of the custody document, 0x hex. */
  readonly document: string;
  /** Unix seconds until which the ledger takes it. */
  readonly deadline: number;
}

const handoverTypes = {
  Handover: [
    { name: 'agreement', type: 'bytes32' },
    { name: 'step', type: 'uint32' },
    { name: 'from', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'size', type: 'uint48' },
    { name: 'atS', type: 'uint40' },
    { name: 'document', type: 'bytes32' },
    { name: 'deadline', type: 'uint40' },
  ],
} as const;

/** What giver and taker sign. @throws EvidenceError TYPED_DATA if a value does not fit its type */
export function handoverDigest(domain: LedgerDomain, handover: Handover): Uint8Array {
  return typedDataDigest(agreementDomain(domain), handoverTypes, 'Handover', handover);
}
