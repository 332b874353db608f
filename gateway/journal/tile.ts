// A tile: 256 node hashes of one tree level in one row (layout of C2SP tlog-tiles, full tiles only; partial
// ones can be made from the records).

import { nodeHash } from '../../ledger-sync/evidence/merkle.js';
import { JournalError } from './journal-error.js';

/** Hashes in one tile: a tile at level n holds 256 nodes of tree level 8 n. */
export const TILE_WIDTH = 256;
/** Tree levels that one tile spans. */
export const TILE_HEIGHT = 8;
const INDEX_RANGE = 2 ** 44;

/** Row id of the tile; levels 0 to 8 and indexes below 2^44 stay inside a safe integer. */
export function tileId(tileLevel: number, tileIndex: number): number {
  return tileLevel * INDEX_RANGE + tileIndex;
}

/** Row id of one node; levels 0 to 48 and indexes below 2^46 stay inside a safe integer. */
export function nodeId(level: number, index: number): number {
  return level * 2 ** 46 + index;
}

/**
 * Root of a run of 2^n node hashes.
 * @throws JournalError JOURNAL_DAMAGED if there are none (a tile cut short)
 */
export function foldHashes(hashes: readonly Uint8Array[]): Uint8Array {
  let row = hashes;
  while (row.length > 1) {
    const above: Uint8Array[] = [];
    for (let at = 0; at + 1 < row.length; at += 2) {
      const [left, right] = [row[at], row[at + 1]];
      if (left && right) above.push(nodeHash(left, right));
    }
    row = above;
  }
  const [root] = row;
  if (root) return root;
  throw new JournalError(
    'JOURNAL_DAMAGED',
    'a tile is shorter than it must be',
    'keep the file and ask for recovery',
  );
}
