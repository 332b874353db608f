// Whether a stored name is the one that was hashed into a record's subject: a card that loses bits changes names as well.

import { equalBytes } from '../../ledger-sync/evidence/bytes.js';
import { subjectOf } from '../../ledger-sync/evidence/record.js';

/**
 * As SQLite gives them: by one bit of its row a text is bytes, whose hash is the same.
 * @param salt null or undefined where the name is not salted
 */
export function isNameOf(subject: unknown, name: unknown, salt: unknown): boolean {
  const isSalt = salt === null || salt === undefined || salt instanceof Uint8Array;
  if (!(subject instanceof Uint8Array) || typeof name !== 'string' || !isSalt) return false;
  try {
    return equalBytes(subjectOf(name, salt ?? undefined), subject);
  } catch {
    // No UTF-8: no name that was ever hashed.
    return false;
  }
}
