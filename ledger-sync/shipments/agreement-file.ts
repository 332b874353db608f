// The file of an agreement, JSON: terms, the salted document behind their hash, and the signatures so far. It passes from
// side to side until both have signed, and whoever acts on the ledger brings it along. It is private where it has the
// document; without it it reveals no more than the ledger does.

import * as z from 'zod';
import type { LedgerDomain } from '../evidence/batch.js';
import { fromHex, toHex } from '../evidence/bytes.js';
import { prefixedHex } from '../evidence/hex-field.js';
import type { Signer } from '../evidence/signer.js';
import { type AgreementTerms, agreementId, termsDigest } from './agreement-terms.js';
import {
  address,
  amount,
  chainId,
  documentHash,
  hash,
  invalid,
  readFileOf,
  saltedDocument,
  signature,
  uint,
} from './file-fields.js';
import { signAsParty } from './party-signature.js';

const milliC = z
  .int()
  .min(-(2 ** 31))
  .max(2 ** 31 - 1);

const termsSchema = z.strictObject({
  payer: address,
  payee: address,
  consignor: address,
  receiver: address,
  quality: address,
  asset: address,
  price: amount,
  bond: amount,
  anchor: address,
  gateway: address,
  shipment: prefixedHex(16),
  document: hash,
  minMilliC: milliC,
  maxMilliC: milliC,
  dirtyFlags: uint(32),
  maxSilenceS: uint(32),
  readingS: uint(32),
  allowedOutS: uint(32),
  rejectOutS: uint(32),
  lossPerMinuteBps: uint(16),
  startBy: uint(40),
  deliverBy: uint(40),
  claimS: uint(32),
  disputeS: uint(32),
  rulingS: uint(32),
  salt: hash,
}) satisfies z.ZodType<AgreementTerms>;

const fileSchema = z.strictObject({
  format: z.literal('coldgate-agreement'),
  version: z.literal(1),
  chainId,
  /** The agreement contract. */
  contract: address,
  terms: termsSchema,
  /** Left out for whoever need not know it. */
  document: saltedDocument.exactOptional(),
  signatures: z.strictObject({ payer: signature.exactOptional(), payee: signature.exactOptional() }),
});

export type AgreementFile = z.infer<typeof fileSchema>;

/** The domain of the file's signatures. */
export function domainOf(file: Pick<AgreementFile, 'chainId' | 'contract'>): LedgerDomain {
  return { chainId: file.chainId, verifyingContract: fromHex(file.contract.slice(2)) };
}

/** The agreement's id, 0x hex. */
export function idOf({ terms }: Pick<AgreementFile, 'terms'>): string {
  return `0x${toHex(agreementId(terms))}`;
}

/**
 * Reads a file; its document must be the one of the terms. Signatures are not looked at: a contract wallet's can only be
 * judged on the ledger.
 * @throws LedgerError PROOF_INVALID
 */
export function parseAgreementFile(json: string): AgreementFile {
  const file = readFileOf(fileSchema, json, 'agreement');
  if (file.document && documentHash(file.document) !== file.terms.document) {
    throw invalid('the document of the file is not the one of its terms');
  }
  return file;
}

/**
 * The file with one more signature.
 * @throws LedgerError PROOF_INVALID if the key is of neither side
 */
export function signAgreement(file: AgreementFile, signer: Signer): AgreementFile {
  const own = `0x${toHex(signer.address)}`;
  const side = own === file.terms.payer ? 'payer' : own === file.terms.payee ? 'payee' : undefined;
  if (side === undefined) throw invalid(`${own} is neither payer nor payee of these terms`);
  const made = signAsParty(signer, termsDigest(domainOf(file), file.terms));
  return { ...file, signatures: { ...file.signatures, [side]: made } };
}
