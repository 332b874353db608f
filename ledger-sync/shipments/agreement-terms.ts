// The terms of an agreement (PROTOCOL.md, agreements) as payer and payee sign them: EIP-712 `Terms(...)` in the
// agreement contract's domain. The hash of the struct is the agreement's id. Pure; judges no terms: the contract does.

import type { LedgerDomain } from '../evidence/batch.js';
import { hashStruct, typedDataDigest } from '../evidence/eip712.js';

/** Addresses, hashes and other bytes are 0x and lower-case hex. Amounts are decimal text: they may exceed 2^53. */
export interface AgreementTerms {
  readonly payer: string;
  readonly payee: string;
  readonly consignor: string;
  readonly receiver: string;
  /** Zero address: nobody, and then nothing can be disputed but by proof. */
  readonly quality: string;
  /** ERC-20 token; zero address: the coin of the chain. */
  readonly asset: string;
  /** In the smallest unit. */
  readonly price: string;
  readonly bond: string;
  /** Contract that keeps the gateway's headers. */
  readonly anchor: string;
  readonly gateway: string;
  /** 16 bytes, as in the records of the shipment. */
  readonly shipment: string;
  /** SHA-256 of the terms document. */
  readonly document: string;
  readonly minMilliC: number;
  readonly maxMilliC: number;
  readonly dirtyFlags: number;
  readonly maxSilenceS: number;
  readonly readingS: number;
  readonly allowedOutS: number;
  readonly rejectOutS: number;
  readonly lossPerMinuteBps: number;
  /** Unix seconds. */
  readonly startBy: number;
  readonly deliverBy: number;
  readonly claimS: number;
  readonly disputeS: number;
  readonly rulingS: number;
  /** 32 bytes. */
  readonly salt: string;
}

/** In the order of the type string. */
const termsTypes = {
  Terms: [
    { name: 'payer', type: 'address' },
    { name: 'payee', type: 'address' },
    { name: 'consignor', type: 'address' },
    { name: 'receiver', type: 'address' },
    { name: 'quality', type: 'address' },
    { name: 'asset', type: 'address' },
    { name: 'price', type: 'uint128' },
    { name: 'bond', type: 'uint128' },
    { name: 'anchor', type: 'address' },
    { name: 'gateway', type: 'address' },
    { name: 'shipment', type: 'bytes16' },
    { name: 'document', type: 'bytes32' },
    { name: 'minMilliC', type: 'int32' },
    { name: 'maxMilliC', type: 'int32' },
    { name: 'dirtyFlags', type: 'uint32' },
    { name: 'maxSilenceS', type: 'uint32' },
    { name: 'readingS', type: 'uint32' },
    { name: 'allowedOutS', type: 'uint32' },
    { name: 'rejectOutS', type: 'uint32' },
    { name: 'lossPerMinuteBps', type: 'uint16' },
    { name: 'startBy', type: 'uint40' },
    { name: 'deliverBy', type: 'uint40' },
    { name: 'claimS', type: 'uint32' },
    { name: 'disputeS', type: 'uint32' },
    { name: 'rulingS', type: 'uint32' },
    { name: 'salt', type: 'bytes32' },
  ],
} as const;

/** The domain of everything that parties sign; not that of batch headers. */
export function agreementDomain({ chainId, verifyingContract }: LedgerDomain) {
  return { name: 'coldgate agreement', version: '1', chainId, verifyingContract } as const;
}

/**
 * The agreement's id, 32 bytes.
 * @throws EvidenceError TYPED_DATA if a value does not fit its type
 */
export function agreementId(terms: AgreementTerms): Uint8Array {
  return hashStruct(termsTypes, 'Terms', terms);
}

/** What payer and payee sign. @throws EvidenceError TYPED_DATA */
export function termsDigest(domain: LedgerDomain, terms: AgreementTerms): Uint8Array {
  return typedDataDigest(agreementDomain(domain), termsTypes, 'Terms', terms);
}
