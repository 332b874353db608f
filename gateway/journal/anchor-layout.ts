// The ledger-sync role's tables beside those of the numbered layout. That role lays them out itself: only it writes
// them, and the gateway role must start without it. Additive only; a reader takes an absent table as "not known yet". Each row has a
// check (row-check.ts).

import type { JournalDatabase } from './database.js';

const LAYOUT = `
  -- How far the chain's own finality has come; NULL where the chain does not say.
  CREATE TABLE IF NOT EXISTS ledger_stages (
    chain_id INTEGER NOT NULL,
    contract BLOB NOT NULL,
    safe_seq INTEGER,
    finalized_seq INTEGER,
    final_block INTEGER,
    checksum INTEGER,
    PRIMARY KEY (chain_id, contract)
  );
  -- What each nonce of the payer costs, for the limit per day. Wei exceeds 64 bits, so it is text.
  CREATE TABLE IF NOT EXISTS ledger_spends (
    chain_id INTEGER NOT NULL,
    nonce INTEGER NOT NULL,
    wei TEXT NOT NULL,
    time_ms INTEGER NOT NULL,
    checksum INTEGER,
    PRIMARY KEY (chain_id, nonce)
  );
  -- What shows that a header stands under a root that an aggregator published; JSON as in a bundle's anchor.
  CREATE TABLE IF NOT EXISTS aggregate_proofs (
    chain_id INTEGER NOT NULL,
    contract BLOB NOT NULL,
    seq INTEGER NOT NULL,
    proof TEXT NOT NULL,
    checksum INTEGER,
    PRIMARY KEY (chain_id, contract, seq)
  );
`;

/** Makes the tables where they are missing. */
export function layOutAnchorTables(database: JournalDatabase): void {
  database.transaction(() => database.exec(LAYOUT)).immediate();
}
