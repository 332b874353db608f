// Which keys the gateway knows as whose. It comes from the account rows, which are not signed: it tells a stranger's key
// from a person's, and who doubts the rows compares with the account records of the log.

import { readAccounts } from '../accounts/account.js';
import { AccountError } from '../accounts/account-error.js';
import type { JournalReader } from '../journal/journal-reader.js';
import { StateStore } from '../requests/state-store.js';

/** Account name to addresses, the newest first. */
export type SignerBook = ReadonlyMap<string, readonly string[]>;

/** Rows that cannot be read know no key. */
export function signerBookOf(journal: JournalReader): SignerBook {
  try {
    const accounts = readAccounts(new StateStore(journal.judgeStates()));
    return new Map(accounts.map(({ name, signer, retiredSigners }) => [name, [signer, ...retiredSigners]]));
  } catch (error) {
    if (error instanceof AccountError) return new Map();
    throw error;
  }
}

export function keyKnownOf(book: SignerBook, name: string, signer: string): boolean {
  return book.get(name)?.includes(signer) ?? false;
}
