// What keys sign to be registered, and to be replaced by another key: EIP-712 in the anchor contract's domain.
// Pure; the gateway's side makes the proofs, the registrar carries them to the contract (registry.ts).
import type { LedgerDomain } from '../evidence/batch.js';
import { typedDataDigest } from '../evidence/eip712.js';
import type { Signer } from '../evidence/signer.js';

const registrationTypes = {
  Registration: [
    { name: 'gateway', type: 'address' },
    { name: 'registrar', type: 'address' },
  ],
} as const;

const rotationTypes = {
  Rotation: [
    { name: 'gateway', type: 'address' },
    { name: 'successor', type: 'address' },
    { name: 'lastSeq', type: 'uint32' },
    { name: 'registrar', type: 'address' },
  ],
} as const;

/**
 * What the gateway signs: EIP-712 `Registration(address gateway,address registrar)`.
 * @param gateway 20 bytes
 * @param registrar 20 bytes: the account that will call `register`; nobody else can use the proof
 */
export function registrationDigest(
  domain: LedgerDomain,
  gateway: Uint8Array,
  registrar: Uint8Array,
): Uint8Array {
  return typedDataDigest(named(domain), registrationTypes, 'Registration', { gateway, registrar });
}

/** The 64 bytes (EIP-2098) that the contract's `register` takes. */
export function signRegistration(signer: Signer, domain: LedgerDomain, registrar: Uint8Array): Uint8Array {
  return signer.sign(registrationDigest(domain, signer.address, registrar));
}

/** A key that takes the place of another one. Addresses are 20 bytes. */
export interface Rotation {
  readonly gateway: Uint8Array;
  readonly successor: Uint8Array;
  /** The newest header that the ledger has of the old key: a header that is still under way would be lost. */
  readonly lastSeq: number;
  /** The account that will call `rotate`. */
  readonly registrar: Uint8Array;
}

/** What both keys sign: EIP-712 `Rotation(address gateway,address successor,uint32 lastSeq,address registrar)`. */
export function rotationDigest(domain: LedgerDomain, rotation: Rotation): Uint8Array {
  return typedDataDigest(named(domain), rotationTypes, 'Rotation', { ...rotation });
}

function named(domain: LedgerDomain) {
  return { name: 'coldgate', version: '1', ...domain };
}
