// The proof of possession with which a gateway asks to be registered: EIP-712
// `Registration(address gateway,address registrar)` in the anchor contract's domain. Pure; the gateway role makes
// it, the registrar carries it to the contract (deploy.ts).
import type { LedgerDomain } from '../evidence/batch.js';
import { typedDataDigest } from '../evidence/eip712.js';
import type { Signer } from '../evidence/signer.js';

const registrationTypes = {
  Registration: [
    { name: 'gateway', type: 'address' },
    { name: 'registrar', type: 'address' },
  ],
} as const;

/**
 * What the gateway signs.
 * @param gateway 20 bytes
 * @param registrar 20 bytes: the account that will call `register`; nobody else can use the proof
 */
export function registrationDigest(
  domain: LedgerDomain,
  gateway: Uint8Array,
  registrar: Uint8Array,
): Uint8Array {
  const named = { name: 'coldgate', version: '1', ...domain };
  return typedDataDigest(named, registrationTypes, 'Registration', { gateway, registrar });
}

/** The 64 bytes (EIP-2098) that the contract's `register` takes. */
export function signRegistration(signer: Signer, domain: LedgerDomain, registrar: Uint8Array): Uint8Array {
  return signer.sign(registrationDigest(domain, signer.address, registrar));
}
