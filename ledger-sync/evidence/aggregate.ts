// An aggregator's log (PROTOCOL.md section 7): an RFC 9162 tree whose leaves are signed batch headers, so that one root on
// the ledger stands for a whole fleet. The proof of one header in it.

import { encodeBatchWire, type SignedBatch } from './batch.js';
import { concatBytes } from './bytes.js';
import { verifyInclusion } from './inclusion.js';
import { leafHash } from './merkle.js';

const GATEWAY_BYTES = 20;

export interface AggregateProof {
  /** Account that published the tree, 0x and 40 hex digits. */
  readonly aggregator: string;
  /** Root and size of the tree. */
  readonly root: Uint8Array;
  readonly size: number;
  /** Place of the header in it. */
  readonly index: number;
  /** RFC 9162 inclusion proof. */
  readonly path: readonly Uint8Array[];
}

/** gateway 20 | prev 28 | meta 30 | root 32 | signature 64. @throws EvidenceError HEADER_FIELD */
export function aggregateLeaf(batch: SignedBatch): Uint8Array {
  return aggregateLeafOf(encodeBatchWire(batch), batch.prev);
}

/** The same from the record that the anchor contract would take. */
export function aggregateLeafOf(wire: Uint8Array, prev: Uint8Array): Uint8Array {
  return concatBytes(wire.slice(0, GATEWAY_BYTES), prev, wire.slice(GATEWAY_BYTES));
}

/** Whether the header stands in that tree. @throws EvidenceError HEADER_FIELD */
export function isAggregated(batch: SignedBatch, { root, size, index, path }: AggregateProof): boolean {
  return verifyInclusion(index, size, leafHash(aggregateLeaf(batch)), path, root);
}
