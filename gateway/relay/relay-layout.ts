// The tables of relay.db. Additive only.

export const relayLayout = `
  CREATE TABLE IF NOT EXISTS headers (
    gateway BLOB NOT NULL,
    seq INTEGER NOT NULL,
    prev BLOB NOT NULL,
    head BLOB NOT NULL,
    wire BLOB NOT NULL,
    PRIMARY KEY (gateway, seq)
  ) WITHOUT ROWID;
  -- Aggregate mode: the log of headers, its complete subtrees, and the trees that were made for publishing.
  CREATE TABLE IF NOT EXISTS log_headers (
    place INTEGER PRIMARY KEY,
    gateway BLOB NOT NULL,
    seq INTEGER NOT NULL,
    head BLOB NOT NULL,
    leaf BLOB NOT NULL
  );
  CREATE UNIQUE INDEX IF NOT EXISTS log_headers_of ON log_headers (gateway, seq);
  CREATE TABLE IF NOT EXISTS log_nodes (
    level INTEGER NOT NULL,
    place INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (level, place)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS trees (size INTEGER PRIMARY KEY, root BLOB NOT NULL);
  -- Two signed headers of one gateway for one sequence: proof of a fork, kept for ever.
  CREATE TABLE IF NOT EXISTS contradictions (
    gateway BLOB NOT NULL,
    seq INTEGER NOT NULL,
    wire BLOB NOT NULL,
    prev BLOB NOT NULL,
    PRIMARY KEY (gateway, seq, wire)
  ) WITHOUT ROWID;
  -- Under which name a gateway publishes.
  CREATE TABLE IF NOT EXISTS names (gateway BLOB PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS submissions (
    id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    nonce INTEGER NOT NULL,
    raw TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS inclusions (
    gateway BLOB PRIMARY KEY,
    from_seq INTEGER NOT NULL,
    to_seq INTEGER NOT NULL,
    transaction_hash TEXT NOT NULL,
    block_number INTEGER NOT NULL,
    block_hash TEXT NOT NULL,
    block_time_ms INTEGER NOT NULL,
    -- Of the tree that was published, in aggregate mode.
    tree_size INTEGER
  ) WITHOUT ROWID;
  -- Wei exceeds 64 bits, so it is text.
  CREATE TABLE IF NOT EXISTS spends (nonce INTEGER PRIMARY KEY, wei TEXT NOT NULL, time_ms INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS problems (kind TEXT PRIMARY KEY, code TEXT, message TEXT, hint TEXT);
`;
