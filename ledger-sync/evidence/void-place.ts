// A place of the log at which no record stands (PROTOCOL.md section 3): where a gateway went on behind a damaged journal it
// leaves out the sequences that it may have given already. No decoder takes these bytes for a record.

import { leafHash } from './merkle.js';

/** Leaf hash of such a place. */
export const voidLeafHash: Uint8Array = leafHash(new TextEncoder().encode('coldgate void place 1'));
