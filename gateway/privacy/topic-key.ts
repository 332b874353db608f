// The key by which names in topics become numbers for brokers that shall not read them: made once, kept beside the log, and
// never told. A new one would give every sensor another topic.

import { randomBytes } from 'node:crypto';
import { fromHex } from '../../ledger-sync/evidence/bytes.js';
import type { StateChange } from '../requests/request.js';
import type { StateStore } from '../requests/state-store.js';

const KEY = 'privacy/topic-key';

/**
 * 32 bytes.
 * @param keep makes the row of a new one durable
 */
export function topicKeyOf(state: StateStore, keep: (rows: readonly StateChange[]) => void): Uint8Array {
  const known = state.get(KEY);
  if (known !== undefined) return fromHex(known);
  const made = randomBytes(32).toString('hex');
  state.apply([[KEY, made]]);
  keep([[KEY, made]]);
  return fromHex(made);
}
