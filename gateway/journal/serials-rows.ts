// What is known of packs, beside the log: signed snapshots, keys of lots, and what the ledger says of the lots now. Laid out
// by whoever writes them (the ledger-sync role, `coldgate serials import`); the gateway role only reads, and takes an
// absent table as "nothing known". Nothing here is believed without its signature but what the own ledger-sync role read.

import type { LotName, LotState, SpentPacks } from '../../ledger-sync/serials/lot-state.js';
import type { JournalDatabase } from './database.js';

const LAYOUT = `
  CREATE TABLE IF NOT EXISTS serials_snapshots (
    publisher TEXT PRIMARY KEY, block_number INTEGER NOT NULL, made_at_ms INTEGER NOT NULL, document TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS serials_lot_keys (name TEXT PRIMARY KEY, document TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS serials_followed (
    maker TEXT NOT NULL, lot TEXT NOT NULL, state TEXT NOT NULL, dispensed BLOB NOT NULL, decommissioned BLOB NOT NULL,
    PRIMARY KEY (maker, lot)
  );
  -- How often the rows above have changed, and when the ledger was asked last.
  CREATE TABLE IF NOT EXISTS serials_change (
    one INTEGER PRIMARY KEY CHECK (one = 1), change INTEGER NOT NULL, block_number INTEGER NOT NULL, seen_at_ms INTEGER NOT NULL
  );
  INSERT OR IGNORE INTO serials_change VALUES (1, 0, 0, 0);
`;

/** What the ledger said of a lot, and when. */
export interface FollowedLot extends LotState, SpentPacks {
  readonly blockNumber: number;
  /** Unix ms. */
  readonly seenAtMs: number;
}

interface StateRow {
  readonly state: string;
  readonly dispensed: Uint8Array;
  readonly decommissioned: Uint8Array;
}

interface ChangeRow {
  readonly change: number;
  readonly block_number: number;
  readonly seen_at_ms: number;
}

/** For a connection that may only read. */
export class SerialsReader {
  readonly #database: JournalDatabase;

  constructor(database: JournalDatabase) {
    this.#database = database;
  }

  /** Another number after each change; undefined while nothing was ever known. */
  change(): number | undefined {
    return this.#isLaidOut() ? this.#changeRow()?.change : undefined;
  }

  snapshots(): readonly string[] {
    return this.#texts('SELECT document FROM serials_snapshots ORDER BY publisher');
  }

  lotKeys(): readonly string[] {
    return this.#texts('SELECT document FROM serials_lot_keys ORDER BY name');
  }

  followed(): readonly FollowedLot[] {
    if (!this.#isLaidOut()) return [];
    const { block_number = 0, seen_at_ms = 0 } = this.#changeRow() ?? {};
    return this.#database
      .prepare<[], StateRow>(
        'SELECT state, dispensed, decommissioned FROM serials_followed ORDER BY maker, lot',
      )
      .all()
      .map(({ state, dispensed, decommissioned }) => ({
        ...(JSON.parse(state) as LotState),
        ...{ dispensed, decommissioned, blockNumber: block_number, seenAtMs: seen_at_ms },
      }));
  }

  #changeRow(): ChangeRow | undefined {
    return this.#database.prepare<[], ChangeRow>('SELECT * FROM serials_change').get();
  }

  #texts(query: string): readonly string[] {
    return this.#isLaidOut() ? this.#database.prepare<[], string>(query).pluck().all() : [];
  }

  #isLaidOut(): boolean {
    const query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'serials_change'";
    return this.#database.prepare(query).get() !== undefined;
  }
}

/** For a connection that may write. */
export class SerialsRows extends SerialsReader {
  readonly #writable: JournalDatabase;

  constructor(database: JournalDatabase) {
    super(database);
    this.#writable = database;
    if (this.change() === undefined) database.transaction(() => database.exec(LAYOUT)).immediate();
  }

  saveSnapshot(publisher: string, blockNumber: number, madeAtMs: number, document: string): void {
    this.#change(() =>
      this.#writable
        .prepare<[string, number, number, string]>(
          'INSERT OR REPLACE INTO serials_snapshots VALUES (?, ?, ?, ?)',
        )
        .run(publisher, blockNumber, madeAtMs, document),
    );
  }

  /** @param name maker and lot: one key each */
  saveLotKey(name: string, document: string): void {
    this.#change(() =>
      this.#writable
        .prepare<[string, string]>('INSERT OR REPLACE INTO serials_lot_keys VALUES (?, ?)')
        .run(name, document),
    );
  }

  /** The lots whose state has changed, and how far the look went. */
  saveFollowed(lots: readonly (LotState & SpentPacks)[], blockNumber: number, seenAtMs: number): void {
    this.#change(() => {
      const save = this.#writable.prepare<[string, string, string, Uint8Array, Uint8Array]>(
        'INSERT OR REPLACE INTO serials_followed VALUES (?, ?, ?, ?, ?)',
      );
      for (const { dispensed, decommissioned, ...state } of lots) {
        save.run(state.maker, state.lot, JSON.stringify(state), dispensed, decommissioned);
      }
      this.#writable
        .prepare<[number, number]>('UPDATE serials_change SET block_number = ?, seen_at_ms = ?')
        .run(blockNumber, seenAtMs);
    });
  }

  /** What is no longer in any snapshot is no longer followed. */
  forget(lots: readonly LotName[]): void {
    if (lots.length === 0) return;
    this.#change(() => {
      const remove = this.#writable.prepare<[string, string]>(
        'DELETE FROM serials_followed WHERE maker = ? AND lot = ?',
      );
      for (const { maker, lot } of lots) remove.run(maker, lot);
    });
  }

  #change(write: () => unknown): void {
    this.#writable
      .transaction(() => {
        write();
        this.#writable.exec('UPDATE serials_change SET change = change + 1');
      })
      .immediate();
  }
}
