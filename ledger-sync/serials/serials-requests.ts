// What makers, authorities, pharmacies and packs sign for the serials contract: EIP-712, bound to one chain and contract,
// valid until a deadline. Pure: whoever carries it to the contract may be anyone.

import type { LedgerDomain } from '../evidence/batch.js';
import { concatBytes } from '../evidence/bytes.js';
import { typedDataDigest } from '../evidence/eip712.js';
import { sha256 } from '../evidence/sha256.js';
import type { Signer } from '../evidence/signer.js';

const types = {
  Commission: [
    { name: 'maker', type: 'address' },
    { name: 'lot', type: 'bytes32' },
    { name: 'root', type: 'bytes32' },
    { name: 'size', type: 'uint32' },
    { name: 'deadline', type: 'uint64' },
  ],
  Recall: [
    { name: 'maker', type: 'address' },
    { name: 'lot', type: 'bytes32' },
    { name: 'isRecalled', type: 'bool' },
    { name: 'change', type: 'uint32' },
    { name: 'by', type: 'address' },
    { name: 'reason', type: 'bytes32' },
    { name: 'deadline', type: 'uint64' },
  ],
  Decommission: [
    { name: 'maker', type: 'address' },
    { name: 'lot', type: 'bytes32' },
    { name: 'word', type: 'uint32' },
    { name: 'packs', type: 'uint256' },
    { name: 'deadline', type: 'uint64' },
  ],
  Dispense: [
    { name: 'maker', type: 'address' },
    { name: 'lot', type: 'bytes32' },
    { name: 'index', type: 'uint32' },
    { name: 'pharmacy', type: 'address' },
    { name: 'place', type: 'bytes32' },
    { name: 'deadline', type: 'uint64' },
  ],
} as const;

interface Requested {
  /** 0x address of who commissioned the lot. */
  readonly maker: string;
  /** 0x hex of 32 bytes. */
  readonly lot: string;
  /** Unix seconds; after it the signature is worth nothing. */
  readonly deadline: number;
}

export interface SerialsRequests {
  readonly Commission: Requested & { readonly root: string; readonly size: number };
  readonly Recall: Requested & {
    readonly isRecalled: boolean;
    /** recallChanges of the lot. */
    readonly change: number;
    /** 0x address of the maker or an authority. */
    readonly by: string;
    readonly reason: string;
  };
  readonly Decommission: Requested & { readonly word: number; readonly packs: bigint };
  readonly Dispense: Requested & {
    readonly index: number;
    readonly pharmacy: string;
    readonly place: string;
  };
}

export type SerialsRequestName = keyof SerialsRequests;

/** What is signed, 32 bytes. @throws EvidenceError TYPED_DATA */
export function serialsDigest<Name extends SerialsRequestName>(
  domain: LedgerDomain,
  name: Name,
  request: SerialsRequests[Name],
): Uint8Array {
  return typedDataDigest({ name: 'coldgate', version: '1', ...domain }, types, name, request);
}

/** In the 65 bytes (r, s, v) that contracts of others expect as well. */
export function signSerials<Name extends SerialsRequestName>(
  signer: Signer,
  domain: LedgerDomain,
  name: Name,
  request: SerialsRequests[Name],
): Uint8Array {
  const compact = signer.sign(serialsDigest(domain, name, request));
  const yParity = (compact[32] ?? 0) >> 7;
  const rs = Uint8Array.from(compact);
  rs[32] = (rs[32] ?? 0) & 0x7f;
  return concatBytes(rs, Uint8Array.of(27 + yParity));
}

/**
 * Commitment to where and when a pack was dispensed, 32 bytes.
 * @param place what the pharmacy keeps of it, such as its licence number and the time
 * @param salt at least 16 random bytes, which the pharmacy keeps as well; another one each time
 */
export function placeCommitment(place: string, salt: Uint8Array): Uint8Array {
  const utf8 = new TextEncoder();
  return sha256(concatBytes(utf8.encode('coldgate place 1\0'), salt, utf8.encode(place)));
}
