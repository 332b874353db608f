// A leaf shows the hash of its document to everybody. Who was given a shipment, or where a truck stood, is soon guessed: so
// the documents that tell it carry 16 random bytes, without which no guess can be tried (PROTOCOL.md section 2). Who
// erases the document erases the salt with it.

import { toBase64url } from '../../ledger-sync/evidence/bytes.js';
import { recordKinds } from '../../ledger-sync/evidence/record.js';
import type { DetailDocument } from './draft-record.js';

/** Documents about persons, parties, places and goods. What a sensor says of itself gives nobody away. */
const saltedKinds: ReadonlySet<number> = new Set([
  recordKinds.position,
  recordKinds.shipmentEvent,
  recordKinds.excursion,
  recordKinds.review,
  recordKinds.configurationChange,
  recordKinds.operatorAction,
]);

/**
 * The document as it is stored, hashed and signed.
 * @param salt gives 16 bytes that nobody can guess
 */
export function withSalt(kind: number, document: DetailDocument, salt: () => Uint8Array): DetailDocument {
  if (!saltedKinds.has(kind)) return document;
  return { ...document, salt: toBase64url(salt()) };
}
