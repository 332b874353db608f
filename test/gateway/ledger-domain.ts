// One ledger domain for tests, and orders for batch headers in it.

import type { BatchOrder } from '../../gateway/sealing/draft-record.js';
import type { LedgerDomain } from '../../ledger-sync/evidence/batch.js';

export const domain: LedgerDomain = { chainId: 31_337, verifyingContract: new Uint8Array(20).fill(0xc0) };

/** Order of the header `seq` on top of the head `prev`. */
export function orderOf(seq: number, prev: Uint8Array, flags = 0): BatchOrder {
  return { chainId: domain.chainId, contract: domain.verifyingContract, seq, prev, flags };
}
