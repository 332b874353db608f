// An event as a node tells it. The node is not trusted: it may leave out topics, or send data that is no event's.

import type { Interface, LogDescription } from 'ethers/abi';
import { LedgerError } from './ledger-error.js';

/**
 * The event, if it is one of `face`.
 * @param topics 0x hex of 32 bytes each; an anonymous log has none
 * @throws LedgerError RPC_MALFORMED for data that is not that of the event
 */
export function toldEvent(
  face: Interface,
  topics: readonly string[],
  data: string,
): LogDescription | undefined {
  // ethers reads the first one without looking.
  if (topics.length === 0) return undefined;
  try {
    return face.parseLog({ topics: [...topics], data }) ?? undefined;
  } catch (cause) {
    const hint = 'This is not an answer of an Ethereum node.';
    throw new LedgerError('RPC_MALFORMED', 'the node tells an event that cannot be read', hint, { cause });
  }
}
