// Who may read what leaves this gateway sealed: one row of JSON under `recipient/NAME`, with the key that content keys are
// wrapped for. The private key is the recipient's; it was never here.

import type * as z from 'zod';
import { matching } from '../../config/fields.js';
import type { StateChange, StateView } from '../requests/request.js';
import { instant, section, text } from '../shipments/shipment-fields.js';

const keyPrefix = 'recipient/';

export const recipientName = matching(
  /^[a-z0-9][a-z0-9_-]{0,63}$/,
  '1 to 64 of a-z 0-9 _ -',
  'name: quality-basel',
);
/** X25519, 64 hex digits. */
export const publicKey = matching(
  /^[0-9a-f]{64}$/,
  '64 hexadecimal digits, as coldgate recipients key prints them',
  '',
);

const recipientSchema = section({
  name: recipientName,
  publicKey,
  sinceMs: instant,
  by: text(200),
});

export type Recipient = z.infer<typeof recipientSchema>;

/** The row to keep. */
export function recipientRow(recipient: Recipient): StateChange {
  return [`${keyPrefix}${recipient.name}`, JSON.stringify(recipient)];
}

/** The row that forgets one: what is sealed from now on is not for it. */
export const removedRow = (name: string): StateChange => [`${keyPrefix}${name}`, undefined];

/** One recipient; undefined if there is none of that name, or its row is not readable: then it gets nothing. */
export function readRecipient(state: StateView, name: string): Recipient | undefined {
  const row = state.get(`${keyPrefix}${name}`);
  return row === undefined ? undefined : parsed(row);
}

/** All of them, by name. */
export function readRecipients(state: StateView): readonly Recipient[] {
  return state.entries(keyPrefix).flatMap(([, row]) => parsed(row) ?? []);
}

function parsed(row: string): Recipient | undefined {
  try {
    return recipientSchema.safeParse(JSON.parse(row)).data;
  } catch {
    return undefined;
  }
}
