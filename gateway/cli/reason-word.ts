// Why something is called back or revoked, as 32 bytes that stand on a ledger for everybody and for ever.

import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { UsageError } from './cli-io.js';

const WORD_BYTES = 32;

const isLetterOrDigit = (character = '') => /[\p{L}\p{N}]/u.test(character);

/** As a word of its own: a lot that is called 7 does not forbid 17. */
function isNamedIn(reason: string, name: string): boolean {
  const [text, word] = [reason.toLowerCase(), name.toLowerCase()];
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!isLetterOrDigit(text[at - 1]) && !isLetterOrDigit(text[at + word.length])) return true;
  }
  return false;
}

/**
 * The reason as the contract takes it, 0x hex.
 * @param hidden names of what it is about, of which the ledger has salted hashes: one of them in the reason would tell
 *   everybody what those hashes are of
 * @throws UsageError WRONG_USE
 */
export function reasonWord(reason: string, hidden: readonly string[]): string {
  const text = new TextEncoder().encode(reason);
  if (text.length > WORD_BYTES) {
    const message = `the reason has ${text.length} bytes, the ledger keeps ${WORD_BYTES}`;
    throw new UsageError('WRONG_USE', message, 'shorten it; it must name nobody');
  }
  const told = hidden.find((name) => isNamedIn(reason, name));
  if (told !== undefined) {
    const message = `the reason names ${told}, and everybody can read it for ever`;
    throw new UsageError('WRONG_USE', message, 'say why and not of what, such as: sterility');
  }
  const word = new Uint8Array(WORD_BYTES);
  word.set(text);
  return `0x${toHex(word)}`;
}
