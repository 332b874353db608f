// An account as it is kept beside the log: one row of JSON under `user/NAME`. It holds what only this gateway needs:
// the person's signing key, sealed under a password that the gateway never sees, and the secret of the second factor.
// Neither ever enters a record: whoever reads the log learns name, role and the address of the key.

import * as z from 'zod';
import { matching } from '../../config/fields.js';
import type { Role, StateChange, StateView } from '../requests/request.js';
import { instant, section, text } from '../shipments/shipment-fields.js';
import { AccountError } from './account-error.js';
import { sealedKeySchema } from './sealed-key.js';

const keyPrefix = 'user/';

export const roles = ['operator', 'quality', 'administrator', 'auditor'] as const satisfies readonly Role[];

/** Lower case: Dana and dana must not be two persons. */
export const accountName = matching(/^[a-z0-9][a-z0-9_-]{0,63}$/, '1 to 64 of a-z 0-9 _ -', 'name: dana');

/** What stands for no person's account in records. */
export const reservedNames: ReadonlySet<string> = new Set(['local', 'gateway']);

export const roleField = z.enum(roles, `one of ${roles.join(', ')}`);
export const printedName = text(200, 'printedName: Dana Example');
export const address = matching(/^0x[0-9a-f]{40}$/, '0x and 40 hexadecimal digits', '');
/** Base32 of 20 bytes, as authenticators take it. */
export const totpSecret = matching(/^[A-Z2-7]{32}$/, '32 characters of base32', '');

const accountSchema = section({
  name: accountName,
  printedName,
  role: roleField,
  /** Address of the signing key. */
  signer: address,
  key: sealedKeySchema,
  totpSecret,
  isDisabled: z.boolean(),
  createdAtMs: instant,
  passwordSinceMs: instant,
  /** Addresses of the keys before, the oldest first. */
  retiredSigners: z.array(address),
});

export type Account = z.infer<typeof accountSchema>;

/** The row to keep. An account is never removed: its name stands in records and must not come to mean another. */
export function accountRow(account: Account): StateChange {
  return [`${keyPrefix}${account.name}`, JSON.stringify(account)];
}

function parseAccount(key: string, row: string): Account {
  const name = key.slice(keyPrefix.length);
  try {
    const account = accountSchema.parse(JSON.parse(row));
    if (account.name === name) return account;
  } catch {
    // The cause would quote what is kept, and with it secrets.
  }
  throw new AccountError(name);
}

/**
 * An account by its name; undefined if there is none.
 * @throws AccountError ACCOUNT_UNREADABLE
 */
export function readAccount(state: StateView, name: string): Account | undefined {
  const key = `${keyPrefix}${name}`;
  const row = state.get(key);
  return row === undefined ? undefined : parseAccount(key, row);
}

/**
 * All accounts that ever were, by name.
 * @throws AccountError ACCOUNT_UNREADABLE
 */
export function readAccounts(state: StateView): readonly Account[] {
  return state.entries(keyPrefix).map(([key, row]) => parseAccount(key, row));
}

/** Whether anybody has an account, readable or not. */
export function hasAccounts(state: StateView): boolean {
  return state.entries(keyPrefix).length > 0;
}
