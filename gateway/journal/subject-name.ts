// Whether a stored name is the one that was hashed into a record's subject: a card that loses bits changes names as well.

import { equalBytes } from '../../ledger-sync/evidence/bytes.js';
import { subjectOf } from '../../ledger-sync/evidence/record.js';

/** @param salt null or undefined where the name is not salted */
export function isNameOf(subject: Uint8Array, name: string, salt: Uint8Array | null | undefined): boolean {
  // By one bit SQLite gives a text as bytes, whose hash is the same.
  if (typeof name !== 'string') return false;
  try {
    return equalBytes(subjectOf(name, salt ?? undefined), subject);
  } catch {
    // No UTF-8, or no text at all: no name that was ever hashed.
    return false;
  }
}
