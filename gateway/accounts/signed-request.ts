// What a person signs when asking: SHA-256 of the canonical JSON of who asks for what, when. The one-time code is not
// in it, so that a record need not hold codes to be checked; a nonce makes two equal wishes two signatures. A signature
// of this purpose can never be taken for one of the log's.

import { randomBytes } from 'node:crypto';
import { fromHex, toHex } from '../../ledger-sync/evidence/bytes.js';
import { EvidenceError } from '../../ledger-sync/evidence/evidence-error.js';
import { detailHash } from '../../ledger-sync/evidence/jcs.js';
import { isSignedBy } from '../../ledger-sync/evidence/signature.js';
import { SoftwareSigner } from '../../ledger-sync/evidence/signer.js';
import type { Role } from '../requests/request.js';
import type { DetailDocument } from '../sealing/draft-record.js';

const PURPOSE = 'coldgate request 1';

/** All that is signed. */
export interface SignedRequest {
  /** Such as `shipment.release`: what the signature means. */
  readonly kind: string;
  /** SHA-256 of the canonical JSON of `publicDocument`, hexadecimal. */
  readonly documentHash: string;
  readonly name: string;
  readonly printedName: string;
  /** In which the person acts. */
  readonly role: Role;
  /** Unix ms. */
  readonly atMs: number;
  /** 16 random bytes, hexadecimal. */
  readonly nonce: string;
}

export const newNonce = (): string => toHex(randomBytes(16));

/**
 * The document as it is signed and may be recorded: what stands under `secret` only as its SHA-256. What is kept
 * there holds random bytes, so that nobody finds it by trying.
 * @throws EvidenceError JSON_UNSUPPORTED
 */
export function publicDocument(document: DetailDocument): DetailDocument {
  if (document.secret === undefined) return document;
  return { ...document, secret: { sha256: toHex(detailHash(document.secret)) } };
}

/** @throws EvidenceError JSON_UNSUPPORTED */
export function documentHashOf(publicPart: DetailDocument): string {
  return toHex(detailHash(publicPart));
}

/** SHA-256 of the canonical JSON, 32 bytes. @throws EvidenceError JSON_UNSUPPORTED */
export function requestDigest(request: SignedRequest): Uint8Array {
  const { kind, documentHash, name, printedName, role, atMs, nonce } = request;
  return detailHash({ purpose: PURPOSE, kind, documentHash, name, printedName, role, atMs, nonce });
}

/** 64 bytes of EIP-2098, hexadecimal. @throws EvidenceError JSON_UNSUPPORTED, KEY_INVALID */
export function signRequest(privateKey: Uint8Array, request: SignedRequest): string {
  return toHex(new SoftwareSigner(privateKey).sign(requestDigest(request)));
}

/** Whether the key of that address signed exactly this. Never throws. */
export function isRequestSigned(signer: string, request: SignedRequest, signature: string): boolean {
  try {
    return isSignedBy(fromHex(signer), requestDigest(request), fromHex(signature));
  } catch (error) {
    if (error instanceof EvidenceError) return false;
    throw error;
  }
}
