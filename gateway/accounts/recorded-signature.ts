// The signature as it stands in a record under `by.signature`, and its check from the record alone: by an auditor who
// has the log and nothing of the gateway. It says who signed what and when. Whether that address belongs to that
// person is told by the account records of the same log.

import * as z from 'zod';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { EvidenceError } from '../../ledger-sync/evidence/evidence-error.js';
import { hex } from '../../ledger-sync/evidence/hex-field.js';
import { canonicalJson } from '../../ledger-sync/evidence/jcs.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { instant } from '../shipments/shipment-fields.js';
import { accountName, address, printedName, roleField } from './account.js';
import { documentHashOf, isRequestSigned, requestDigest, type SignedRequest } from './signed-request.js';

const ALGORITHM = 'secp256k1-sha256-jcs';
/** A judgement with its reason fits. A whole order stands in its record already, and twice it would not fit. */
const MAX_DOCUMENT_CHARACTERS = 2_048;

/** @param publicPart of the document that was signed. @throws EvidenceError JSON_UNSUPPORTED */
export function recordedSignature(
  signer: string,
  request: SignedRequest,
  publicPart: DetailDocument,
  signature: string,
): DetailDocument {
  const { kind, documentHash, atMs, nonce } = request;
  const isShort = canonicalJson(publicPart).length <= MAX_DOCUMENT_CHARACTERS;
  return {
    algorithm: ALGORITHM,
    signer,
    kind,
    documentHash,
    ...(isShort ? { document: publicPart } : {}),
    atMs,
    nonce,
    digest: toHex(requestDigest(request)),
    signature,
  };
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

const signedBy = z.strictObject({
  name: accountName,
  printedName,
  role: roleField,
  signature: z.strictObject({
    algorithm: z.literal(ALGORITHM),
    signer: address,
    kind: z.string(),
    documentHash: hex(32),
    // Canonical JSON limits its depth.
    document: z.custom<DetailDocument>(isObject).exactOptional(),
    atMs: instant,
    nonce: hex(16),
    digest: hex(32),
    signature: hex(64),
  }),
});

export type SignatureCheck =
  | {
      readonly ok: true;
      readonly request: SignedRequest;
      /** 0x and 40 hexadecimal digits; compare it with the account's record. */
      readonly signer: string;
      /** What was signed, word for word; undefined where only its hash is recorded. */
      readonly document: DetailDocument | undefined;
    }
  | { readonly ok: false; readonly reason: string };

const refuted = (reason: string): SignatureCheck => ({ ok: false, reason });

/** Checks the `by` of a record's detail document. Needs nothing else, and never throws. */
export function checkSignature(by: unknown): SignatureCheck {
  const parsed = signedBy.safeParse(by);
  if (!parsed.success) return refuted('it holds no signature of a person in a form that is known');
  const { signature: recorded, ...person } = parsed.data;
  const { signer, kind, documentHash, atMs, nonce, signature } = recorded;
  const request: SignedRequest = { ...person, kind, documentHash, atMs, nonce };
  const { document } = recorded;
  try {
    if (document && documentHashOf(document) !== documentHash) {
      return refuted('the document is not the one that was signed');
    }
    if (toHex(requestDigest(request)) !== recorded.digest) return refuted('the digest is of something else');
  } catch (error) {
    if (error instanceof EvidenceError) return refuted(error.message);
    throw error;
  }
  if (!isRequestSigned(signer, request, signature)) return refuted(`the key of ${signer} did not sign this`);
  return { ok: true, request, signer, document };
}
