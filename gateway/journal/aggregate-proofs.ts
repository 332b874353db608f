// Proofs that the gateway's headers stand under published roots, beside the rows of the ledger. Written by whoever listens
// to a relay, read by the export.

import type { AggregateProof } from '../../ledger-sync/evidence/aggregate.js';
import type { LedgerDomain } from '../../ledger-sync/evidence/batch.js';
import type { EvidenceBundle } from '../../ledger-sync/evidence/bundle-schema.js';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { layOutAnchorTables } from './anchor-layout.js';
import type { JournalDatabase } from './database.js';
import { asWritten } from './flipped-row.js';
import { insertInto, isLaidOut } from './row-check.js';

/** As a bundle's anchor carries it. */
type StoredProof = NonNullable<NonNullable<EvidenceBundle['anchor']>['aggregate']>;

/** Saves one for each header; the newest stays. @param database opened as peer */
export function aggregateProofSaver(database: JournalDatabase, { chainId, verifyingContract }: LedgerDomain) {
  layOutAnchorTables(database);
  const save = database.prepare<[number, Uint8Array, number, string]>(
    insertInto('aggregate_proofs', 'INSERT OR REPLACE'),
  );
  return (seq: number, { aggregator, root, size, index, path }: AggregateProof) => {
    const stored: StoredProof = { aggregator, root: toHex(root), size, index, path: path.map(toHex) };
    save.run(chainId, verifyingContract, seq, JSON.stringify(stored));
  };
}

/** undefined where there is none, where it is not what was written, and in a journal that never heard of a relay. */
export function readAggregateProof(
  database: JournalDatabase,
  chainId: number,
  contract: Uint8Array,
  seq: number,
): StoredProof | undefined {
  if (!isLaidOut(database, 'aggregate_proofs')) return undefined;
  const row = database
    .prepare<[number, Uint8Array, number], Record<string, unknown>>(
      'SELECT * FROM aggregate_proofs WHERE chain_id = ? AND contract = ? AND seq = ?',
    )
    .get(chainId, contract, seq);
  const stored = row && asWritten<{ seq: number; proof: string }>('aggregate_proofs', row);
  // Written above, and checked by every reader of a bundle.
  return stored?.seq === seq ? (JSON.parse(stored.proof) as StoredProof) : undefined;
}
