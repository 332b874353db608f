// The numbered steps that bring a journal to the newest layout. A step, once released, never changes.
// Layout: one row per record and per commit, so that a commit of few records touches few pages (a page
// written is flash worn). What can be derived from the log is not stored.

import type { Database } from 'better-sqlite3';
import { indexAlerts } from './alert-index.js';
import { layCheckpointsBesideRecords } from './checkpoint-rows.js';
import { TIME_REFERENCE_LAYOUT } from './corrected-times.js';
import { ERASURE_LAYOUT } from './erased-shipments.js';
import { JournalError } from './journal-error.js';
import { layOutKeptNodes } from './kept-nodes.js';
import { PRUNED_LAYOUT } from './pruned-spans.js';
import { keepDetailsWithRecords } from './record-details.js';
import { layOutRowChecks } from './row-check.js';

/** Index n brings user_version n to n + 1. */
const STEPS: readonly (string | ((database: Database) => void))[] = [
  `
  CREATE TABLE log_identity (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    gateway BLOB NOT NULL,
    -- Raised at each start and noted beside the key: a restored copy is behind it.
    generation INTEGER NOT NULL
  );
  CREATE TABLE boots (boot_count INTEGER PRIMARY KEY, boot_id TEXT NOT NULL);

  -- The log: leaf bytes by position. sequence = leaf index.
  CREATE TABLE records (sequence INTEGER PRIMARY KEY, leaf BLOB NOT NULL);
  -- One signed checkpoint per commit. summary = what the next batch header says of the leaves it adds.
  CREATE TABLE checkpoints (
    size INTEGER PRIMARY KEY,
    root BLOB NOT NULL,
    time_ms INTEGER NOT NULL,
    signature BLOB NOT NULL,
    summary BLOB NOT NULL
  );
  -- Full 256-wide tiles of node hashes; id = level * 2^44 + index.
  CREATE TABLE tiles (id INTEGER PRIMARY KEY, hashes BLOB NOT NULL);

  CREATE TABLE subjects (subject BLOB PRIMARY KEY, name TEXT NOT NULL, salt BLOB) WITHOUT ROWID;
  CREATE TABLE details (hash BLOB PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE shipments (
    name TEXT PRIMARY KEY,
    shipment BLOB NOT NULL,
    salt BLOB NOT NULL,
    first_sequence INTEGER,
    last_sequence INTEGER
  );
  -- What the judges must remember; written in the commit of the record that changed it.
  CREATE TABLE judge_state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  -- Per sink the number of records that it has durably acknowledged.
  CREATE TABLE cursors (sink TEXT PRIMARY KEY, size INTEGER NOT NULL) WITHOUT ROWID;

  -- Signed headers; final once here. A ledger domain is (chain_id, contract).
  CREATE TABLE batches (
    chain_id INTEGER NOT NULL,
    contract BLOB NOT NULL,
    seq INTEGER NOT NULL,
    size INTEGER NOT NULL,
    head BLOB NOT NULL,
    prev BLOB NOT NULL,
    root BLOB NOT NULL,
    meta BLOB NOT NULL,
    signature BLOB NOT NULL,
    PRIMARY KEY (chain_id, contract, seq)
  );
  -- Written by the ledger-sync role; emptied when the gateway role starts, so that a row is a fresh answer.
  CREATE TABLE ledger_heads (
    chain_id INTEGER NOT NULL,
    contract BLOB NOT NULL,
    head BLOB NOT NULL,
    seq INTEGER NOT NULL,
    block_number INTEGER NOT NULL,
    registered INTEGER NOT NULL,
    PRIMARY KEY (chain_id, contract)
  );
  CREATE TABLE submissions (
    hash TEXT PRIMARY KEY,
    chain_id INTEGER NOT NULL,
    contract BLOB NOT NULL,
    nonce INTEGER NOT NULL,
    raw TEXT NOT NULL,
    from_seq INTEGER NOT NULL,
    to_seq INTEGER NOT NULL
  );
  CREATE TABLE inclusions (
    chain_id INTEGER NOT NULL,
    contract BLOB NOT NULL,
    from_seq INTEGER NOT NULL,
    to_seq INTEGER NOT NULL,
    transaction_hash TEXT NOT NULL,
    block_number INTEGER NOT NULL,
    block_hash TEXT NOT NULL,
    block_time_ms INTEGER NOT NULL,
    PRIMARY KEY (chain_id, contract, to_seq)
  );
  -- The present trouble of a role, one row each, for "coldgate status".
  CREATE TABLE problems (role TEXT PRIMARY KEY, code TEXT NOT NULL, message TEXT NOT NULL, hint TEXT NOT NULL);
  `,
  `
  -- What people and other processes ask of the gateway role. The outcome comes in the commit of its records.
  CREATE TABLE requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    document TEXT NOT NULL,
    -- Who asks, and what shows it; JSON or NULL.
    authorization TEXT,
    created_ms INTEGER NOT NULL,
    -- NULL while it waits.
    outcome TEXT,
    sequence INTEGER
  );
  `,
  indexAlerts,
  keepDetailsWithRecords,
  PRUNED_LAYOUT,
  ERASURE_LAYOUT,
  TIME_REFERENCE_LAYOUT,
  layOutKeptNodes,
  (database) => {
    layCheckpointsBesideRecords(database);
    layOutRowChecks(database);
  },
];

/** The layout that this program writes; it reads all before it. */
export const JOURNAL_LAYOUT = STEPS.length;

/**
 * Brings the layout up to date, each step in one transaction.
 * @throws JournalError JOURNAL_TOO_NEW if a newer coldgate wrote it, JOURNAL_ABSENT if it has no layout yet and
 *   this connection may not make one
 */
export function migrate(database: Database, path: string, mayChange: boolean): void {
  const found = Number(database.pragma('user_version', { simple: true }));
  if (found > STEPS.length) {
    throw new JournalError(
      'JOURNAL_TOO_NEW',
      `${path} has layout ${found}, this coldgate knows ${STEPS.length}`,
      'install the coldgate version that wrote it, or a newer one',
    );
  }
  if (found === STEPS.length) return;
  if (!mayChange) {
    throw new JournalError(
      'JOURNAL_ABSENT',
      `${path} has layout ${found}, ${STEPS.length} is needed`,
      'start the gateway role first: `coldgate run`',
    );
  }
  for (let step = found; step < STEPS.length; step++) {
    database
      .transaction(() => {
        const change = STEPS[step] ?? '';
        if (typeof change === 'string') database.exec(change);
        else change(database);
        database.pragma(`user_version = ${step + 1}`);
      })
      .immediate();
  }
}
