// A request in a person's name: what must be signed of it, and the proof that goes with it once it is. Who opens the key
// and signs is the asking process's business.

import type { DetailDocument } from '../sealing/draft-record.js';
import type { Account } from './account.js';
import { documentHashOf, newNonce, publicDocument, type SignedRequest } from './signed-request.js';

/** @throws EvidenceError JSON_UNSUPPORTED */
export function requestOf(
  { name, printedName, role }: Pick<Account, 'name' | 'printedName' | 'role'>,
  kind: string,
  document: DetailDocument,
  atMs: number,
): SignedRequest {
  const documentHash = documentHashOf(publicDocument(document));
  return { kind, documentHash, name, printedName, role, atMs, nonce: newNonce() };
}

/** The proof of who asks, as the gateway role takes it. */
export function proofOf(
  { name, atMs, nonce }: SignedRequest,
  code: string,
  signature: string,
): DetailDocument {
  return { name, atMs, nonce, code, signature };
}
