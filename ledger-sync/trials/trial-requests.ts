// What sponsors and those whom they appoint sign for the trial contract: EIP-712, bound to one chain and contract, valid
// until a deadline. Pure: whoever carries it to the contract may be anyone.

import type { LedgerDomain } from '../evidence/batch.js';
import { typedDataDigest } from '../evidence/eip712.js';
import type { Signer } from '../evidence/signer.js';
import { signAsParty } from '../shipments/party-signature.js';

const types = {
  Appoint: [
    { name: 'sponsor', type: 'address' },
    { name: 'trial', type: 'bytes32' },
    { name: 'account', type: 'address' },
    { name: 'rights', type: 'uint8' },
    { name: 'change', type: 'uint32' },
    { name: 'deadline', type: 'uint64' },
  ],
  Attest: [
    { name: 'sponsor', type: 'address' },
    { name: 'trial', type: 'bytes32' },
    { name: 'kind', type: 'uint8' },
    { name: 'commitment', type: 'bytes32' },
    { name: 'basis', type: 'bytes32' },
    { name: 'by', type: 'address' },
    { name: 'deadline', type: 'uint64' },
  ],
  Revoke: [
    { name: 'sponsor', type: 'address' },
    { name: 'trial', type: 'bytes32' },
    { name: 'attestation', type: 'bytes32' },
    { name: 'reason', type: 'bytes32' },
    { name: 'by', type: 'address' },
    { name: 'deadline', type: 'uint64' },
  ],
  Grant: [
    { name: 'sponsor', type: 'address' },
    { name: 'trial', type: 'bytes32' },
    { name: 'dataSet', type: 'bytes32' },
    { name: 'recipient', type: 'bytes32' },
    { name: 'expiresAt', type: 'uint40' },
    { name: 'change', type: 'uint32' },
    { name: 'by', type: 'address' },
    { name: 'deadline', type: 'uint64' },
  ],
} as const;

interface Requested {
  /** 0x address whose trial it is. */
  readonly sponsor: string;
  /** 0x hex of 32 bytes: `trialWord`. */
  readonly trial: string;
  /** Unix seconds; after it the signature is worth nothing. */
  readonly deadline: number;
}

interface Acted extends Requested {
  /** 0x address that signs: the sponsor, or who is appointed. */
  readonly by: string;
}

export interface TrialRequests {
  /** Signed by the sponsor. `change`: changes of that member so far. */
  readonly Appoint: Requested & {
    readonly account: string;
    readonly rights: number;
    readonly change: number;
  };
  /** `basis`: name of the attestation on which it rests, or 32 zero bytes. */
  readonly Attest: Acted & { readonly kind: number; readonly commitment: string; readonly basis: string };
  readonly Revoke: Acted & { readonly attestation: string; readonly reason: string };
  /** `expiresAt`: Unix seconds; 0 withdraws. `change`: changes of that grant so far. */
  readonly Grant: Acted & {
    readonly dataSet: string;
    readonly recipient: string;
    readonly expiresAt: number;
    readonly change: number;
  };
}

export type TrialRequestName = keyof TrialRequests;

/** Rights of a member, as bits. */
export const trialRights = { documents: 1, consents: 2, data: 4 } as const;
export type TrialRight = keyof typeof trialRights;

/** What is signed, 32 bytes. @throws EvidenceError TYPED_DATA */
function trialDigest<Name extends TrialRequestName>(
  domain: LedgerDomain,
  name: Name,
  request: TrialRequests[Name],
): Uint8Array {
  return typedDataDigest({ name: 'coldgate', version: '1', ...domain }, types, name, request);
}

/** 65 bytes as 0x hex. @throws EvidenceError TYPED_DATA */
export function signTrial<Name extends TrialRequestName>(
  signer: Signer,
  domain: LedgerDomain,
  name: Name,
  request: TrialRequests[Name],
): string {
  return signAsParty(signer, trialDigest(domain, name, request));
}
