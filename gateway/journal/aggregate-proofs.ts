// Proofs that the gateway's headers stand under published roots, beside the rows of the ledger. Written by whoever listens
// to a relay, read by the export.

import type { AggregateProof } from '../../ledger-sync/evidence/aggregate.js';
import type { LedgerDomain } from '../../ledger-sync/evidence/batch.js';
import type { EvidenceBundle } from '../../ledger-sync/evidence/bundle-schema.js';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { layOutAnchorTables } from './anchor-layout.js';
import type { JournalDatabase } from './database.js';

/** As a bundle's anchor carries it. */
type StoredProof = NonNullable<NonNullable<EvidenceBundle['anchor']>['aggregate']>;

/** Saves one for each header; the newest stays. @param database opened as peer */
export function aggregateProofSaver(database: JournalDatabase, { chainId, verifyingContract }: LedgerDomain) {
  layOutAnchorTables(database);
  const save = database.prepare<[number, Uint8Array, number, string]>(
    'INSERT OR REPLACE INTO aggregate_proofs (chain_id, contract, seq, proof) VALUES (?, ?, ?, ?)',
  );
  return (seq: number, { aggregator, root, size, index, path }: AggregateProof) => {
    const stored: StoredProof = { aggregator, root: toHex(root), size, index, path: path.map(toHex) };
    save.run(chainId, verifyingContract, seq, JSON.stringify(stored));
  };
}

/** undefined where there is none, also in a journal that never heard of a relay. */
export function readAggregateProof(
  database: JournalDatabase,
  chainId: number,
  contract: Uint8Array,
  seq: number,
): StoredProof | undefined {
  const hasTable = database
    .prepare<[], number>("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'aggregate_proofs'")
    .pluck()
    .get();
  if (hasTable === undefined) return undefined;
  const text = database
    .prepare<[number, Uint8Array, number], string>(
      'SELECT proof FROM aggregate_proofs WHERE chain_id = ? AND contract = ? AND seq = ?',
    )
    .pluck()
    .get(chainId, contract, seq);
  // Written above, and checked by every reader of a bundle.
  return text === undefined ? undefined : (JSON.parse(text) as StoredProof);
}
