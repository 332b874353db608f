// Which shipments are being erased: the documents of their records go a few with each commit, from `next` to `beyond`.

/** Step of the layout. */
export const ERASURE_LAYOUT = `
  CREATE TABLE IF NOT EXISTS erasures (
    shipment BLOB PRIMARY KEY,
    next INTEGER NOT NULL,
    beyond INTEGER NOT NULL
  ) WITHOUT ROWID;
`;
