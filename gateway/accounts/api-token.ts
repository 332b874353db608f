// A token of a program as it is kept beside the log: one row of JSON under `api-token/ID`. Of the secret itself only the
// hash is known here: it is 256 random bits, so the hash gives nothing away, and whoever copies the journal cannot use it.

import * as z from 'zod';
import { hex } from '../../ledger-sync/evidence/hex-field.js';
import type { StateChange, StateView } from '../requests/request.js';
import { instant, section, text } from '../shipments/shipment-fields.js';

const keyPrefix = 'api-token/';

export const tokenScopes = ['read:live', 'read:history', 'read:evidence', 'metrics'] as const;
export const tokenId = hex(8);
export const secretHash = hex(32);

const tokenSchema = section({
  id: tokenId,
  /** SHA-256 of the token, hexadecimal. */
  secretHash,
  label: text(64),
  scopes: z.array(z.enum(tokenScopes)).min(1),
  createdAtMs: instant,
  createdBy: z.string(),
  expiresAtMs: instant,
  revokedAtMs: instant.exactOptional(),
});

export type StoredToken = z.infer<typeof tokenSchema>;

/** The row to keep. */
export function tokenRow(token: StoredToken): StateChange {
  return [`${keyPrefix}${token.id}`, JSON.stringify(token)];
}

/** A token by its id; undefined if there is none, or its row cannot be read: then nobody may use it. */
export function readToken(state: StateView, id: string): StoredToken | undefined {
  const row = state.get(`${keyPrefix}${id}`);
  return row === undefined ? undefined : parseToken(row);
}

/** All tokens that ever were, by id. */
export function readTokens(state: StateView): readonly StoredToken[] {
  return state.entries(keyPrefix).flatMap(([, row]) => parseToken(row) ?? []);
}

function parseToken(row: string): StoredToken | undefined {
  try {
    return tokenSchema.parse(JSON.parse(row));
  } catch {
    return undefined;
  }
}
