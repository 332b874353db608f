// What a gateway hands to its registrar: a JSON file with its signature, or with those of the old and the new key. Made
// by `coldgate ledger proof`, carried to the contract by `coldgate ledger register` or `rotate`. Holds no secret: it
// is of use only to the registrar that it names, on the chain and contract that it names.

import { z } from 'zod';
import { ledgerSignature } from '../evidence/anchor-record.js';
import type { LedgerDomain } from '../evidence/batch.js';
import { fromHex, toHex } from '../evidence/bytes.js';
import { prefixedHex } from '../evidence/hex-field.js';
import { isSignedBy } from '../evidence/signature.js';
import type { Signer } from '../evidence/signer.js';
import { LedgerError } from './ledger-error.js';
import { registrationDigest, rotationDigest, signRegistration } from './registration-proof.js';

const ledgerFields = {
  version: z.literal(1),
  chainId: z.int().min(1),
  contract: prefixedHex(20),
  registrar: prefixedHex(20),
  gateway: prefixedHex(20),
  signature: prefixedHex(64),
};
const fileSchema = z.discriminatedUnion('format', [
  z.strictObject({ format: z.literal('coldgate-registration'), ...ledgerFields }),
  z.strictObject({
    format: z.literal('coldgate-rotation'),
    ...ledgerFields,
    successor: prefixedHex(20),
    lastSeq: z.int().min(0).max(0xffffffff),
    successorSignature: prefixedHex(64),
  }),
]);

export type RegistrationFile = z.infer<typeof fileSchema>;
export type RotationFile = Extract<RegistrationFile, { format: 'coldgate-rotation' }>;

/** @param registrar 20 bytes: the account that will register the gateway */
export function registrationFile(
  signer: Signer,
  domain: LedgerDomain,
  registrar: Uint8Array,
): RegistrationFile {
  return {
    format: 'coldgate-registration',
    ...named(domain, signer.address, registrar),
    signature: text(signRegistration(signer, domain, registrar)),
  };
}

/** @param lastSeq newest header that the ledger has of the old key */
export function rotationFile(
  [old, successor]: readonly [Signer, Signer],
  domain: LedgerDomain,
  registrar: Uint8Array,
  lastSeq: number,
): RegistrationFile {
  const rotation = { gateway: old.address, successor: successor.address, lastSeq, registrar };
  const digest = rotationDigest(domain, rotation);
  return {
    format: 'coldgate-rotation',
    ...named(domain, old.address, registrar),
    successor: text(successor.address),
    lastSeq,
    signature: text(old.sign(digest)),
    successorSignature: text(successor.sign(digest)),
  };
}

/**
 * Reads a file and checks its signatures, so that a wrong one costs no gas and is told in words.
 * @throws LedgerError PROOF_INVALID
 */
export function parseRegistrationFile(json: string): RegistrationFile {
  const parsed = fileSchema.safeParse(parseJson(json));
  if (!parsed.success) {
    const place = parsed.error.issues[0]?.path.join('.') || 'its top level';
    throw invalid(`the file is no registration or rotation of version 1 (at ${place})`);
  }
  const file = parsed.data;
  const digest = digestOf(file);
  if (!isSignedBy(fromHex(file.gateway), digest, fromHex(file.signature)))
    throw invalid(`${file.gateway} has not signed this`);
  if (file.format === 'coldgate-rotation') {
    const isAgreed = isSignedBy(fromHex(file.successor), digest, fromHex(file.successorSignature));
    if (!isAgreed) throw invalid(`${file.successor} has not signed this`);
  }
  return file;
}

/** The signatures of a file that was read, as the contract takes them: of the gateway, then of its successor. */
export function ledgerProofs(file: RegistrationFile): readonly [Uint8Array, ...Uint8Array[]] {
  const digest = digestOf(file);
  const proofOf = (key: string, signature: string) =>
    ledgerSignature(fromHex(key), digest, fromHex(signature));
  const first = proofOf(file.gateway, file.signature);
  if (file.format === 'coldgate-registration') return [first];
  return [first, proofOf(file.successor, file.successorSignature)];
}

function digestOf(file: RegistrationFile): Uint8Array {
  const domain = { chainId: file.chainId, verifyingContract: fromHex(file.contract) };
  const gateway = fromHex(file.gateway);
  const registrar = fromHex(file.registrar);
  if (file.format === 'coldgate-registration') return registrationDigest(domain, gateway, registrar);
  const { lastSeq } = file;
  return rotationDigest(domain, { gateway, successor: fromHex(file.successor), lastSeq, registrar });
}

function named({ chainId, verifyingContract }: LedgerDomain, gateway: Uint8Array, registrar: Uint8Array) {
  return {
    version: 1 as const,
    chainId,
    contract: text(verifyingContract),
    registrar: text(registrar),
    gateway: text(gateway),
  };
}

const text = (bytes: Uint8Array) => `0x${toHex(bytes)}`;

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function invalid(problem: string): LedgerError {
  const hint = 'Let the gateway make it anew with coldgate ledger proof.';
  return new LedgerError('PROOF_INVALID', problem, hint);
}
