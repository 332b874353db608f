// Hashes of subtrees whose leaves were lost with a damaged journal: all that is known of them, and enough to prove
// everything beside them. Empty in a log that was never damaged.

import type { Database, Statement } from 'better-sqlite3';
import type { JournalDatabase } from './database.js';
import { nodeId } from './tile.js';

/** The step of the layout. `roots`: of the tiles before (recent-roots.ts), in rows of tiles of leaves. */
export function layOutKeptNodes(database: Database): void {
  database.exec('CREATE TABLE IF NOT EXISTS kept_nodes (id INTEGER PRIMARY KEY, hash BLOB NOT NULL)');
  const columns = database.pragma('table_info(tiles)') as { name: string }[];
  if (!columns.some(({ name }) => name === 'roots')) database.exec('ALTER TABLE tiles ADD COLUMN roots BLOB');
}

export class KeptNodes {
  readonly #node: Statement<[number], Uint8Array> | undefined;

  /** They are made before anybody opens the journal, so that one without any is never asked. */
  constructor(database: JournalDatabase) {
    const isAny = database.prepare<[]>('SELECT 1 FROM kept_nodes LIMIT 1').get() !== undefined;
    this.#node = isAny
      ? database.prepare<[number], Uint8Array>('SELECT hash FROM kept_nodes WHERE id = ?').pluck()
      : undefined;
  }

  /** Root of the 2^level leaves from index * 2^level on, if it was kept. */
  get(level: number, index: number): Uint8Array | undefined {
    return this.#node?.get(nodeId(level, index));
  }
}
