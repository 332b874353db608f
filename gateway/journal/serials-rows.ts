// What is known of packs, beside the log: signed snapshots, keys of lots, and what the ledger says of the lots now. Laid out
// by whoever writes them (the ledger-sync role, `coldgate serials import`); the gateway role only reads, and takes an
// absent table as "nothing known". Nothing here is believed without its signature but what the own ledger-sync role read. Where one
// row is not what was written none of its kind is told: a lot without its recall, or a pack without its key, would look otherwise
// than it is.

import type { LotName, LotState, SpentPacks } from '../../ledger-sync/serials/lot-state.js';
import { CheckedRows } from './checked-rows.js';
import type { JournalDatabase } from './database.js';
import { type CheckedTable, insertInto } from './row-check.js';

const LAYOUT = `
  CREATE TABLE IF NOT EXISTS serials_snapshots (
    publisher TEXT PRIMARY KEY, block_number INTEGER NOT NULL, made_at_ms INTEGER NOT NULL, document TEXT NOT NULL,
    checksum INTEGER
  );
  CREATE TABLE IF NOT EXISTS serials_lot_keys (name TEXT PRIMARY KEY, document TEXT NOT NULL, checksum INTEGER);
  CREATE TABLE IF NOT EXISTS serials_followed (
    maker TEXT NOT NULL, lot TEXT NOT NULL, state TEXT NOT NULL, dispensed BLOB NOT NULL, decommissioned BLOB NOT NULL,
    checksum INTEGER,
    PRIMARY KEY (maker, lot)
  );
  -- How often the rows above have changed, and when the ledger was asked last.
  CREATE TABLE IF NOT EXISTS serials_change (
    one INTEGER PRIMARY KEY CHECK (one = 1), change INTEGER NOT NULL, block_number INTEGER NOT NULL, seen_at_ms INTEGER NOT NULL,
    checksum INTEGER
  );
`;

/** What the ledger said of a lot, and when. */
export interface FollowedLot extends LotState, SpentPacks {
  readonly blockNumber: number;
  /** Unix ms. */
  readonly seenAtMs: number;
}

interface StateRow {
  readonly maker: string;
  readonly lot: string;
  readonly state: string;
  readonly dispensed: Uint8Array;
  readonly decommissioned: Uint8Array;
}

interface ChangeRow {
  readonly change: number;
  readonly block_number: number;
  readonly seen_at_ms: number;
}

/** Of a row of which nobody can tell how often the others have changed. */
const UNKNOWN_CHANGE = -1;
const byText = (a: string, b: string) => (a < b ? -1 : 1);

/** For a connection that may only read. */
export class SerialsReader {
  readonly #snapshots: CheckedRows<{ publisher: string; document: string }>;
  readonly #lotKeys: CheckedRows<{ name: string; document: string }>;
  readonly #followed: CheckedRows<StateRow>;
  readonly #changes: CheckedRows<ChangeRow>;

  constructor(database: JournalDatabase) {
    const rowsOf = <Row>(table: CheckedTable) => new CheckedRows<Row>(database, table);
    this.#snapshots = rowsOf('serials_snapshots');
    this.#lotKeys = rowsOf('serials_lot_keys');
    this.#followed = rowsOf('serials_followed');
    this.#changes = rowsOf('serials_change');
  }

  /** Another number after each change; undefined while nothing was ever known. */
  change(): number | undefined {
    return this.changeRow()?.change;
  }

  /** undefined: one of them is not what was written, as in the next two. */
  snapshots(): readonly string[] | undefined {
    return whole(this.#snapshots)
      ?.sort((a, b) => byText(a.publisher, b.publisher))
      .map(({ document }) => document);
  }

  lotKeys(): readonly string[] | undefined {
    return whole(this.#lotKeys)
      ?.sort((a, b) => byText(a.name, b.name))
      .map(({ document }) => document);
  }

  followed(): readonly FollowedLot[] | undefined {
    const now = this.changeRow();
    if (now?.change === UNKNOWN_CHANGE) return undefined;
    const { block_number: blockNumber = 0, seen_at_ms: seenAtMs = 0 } = now ?? {};
    return whole(this.#followed)
      ?.sort((a, b) => byText(`${a.maker}/${a.lot}`, `${b.maker}/${b.lot}`))
      .map(({ state, dispensed, decommissioned }) => ({
        ...(JSON.parse(state) as LotState),
        ...{ dispensed, decommissioned, blockNumber, seenAtMs },
      }));
  }

  protected changeRow(): ChangeRow | undefined {
    const { rows, lost } = this.#changes.read();
    return lost > 0 ? { change: UNKNOWN_CHANGE, block_number: 0, seen_at_ms: 0 } : rows[0];
  }
}

function whole<Row>(table: CheckedRows<Row>): Row[] | undefined {
  const { rows, lost } = table.read();
  return lost > 0 ? undefined : rows;
}

/** For a connection that may write. */
export class SerialsRows extends SerialsReader {
  readonly #writable: JournalDatabase;

  constructor(database: JournalDatabase) {
    super(database);
    this.#writable = database;
    if (this.change() !== undefined) return;
    database
      .transaction(() => {
        database.exec(LAYOUT);
        database.prepare(insertInto('serials_change', 'INSERT OR IGNORE')).run(1, 0, 0, 0);
      })
      .immediate();
  }

  saveSnapshot(publisher: string, blockNumber: number, madeAtMs: number, document: string): void {
    this.#change(() => this.#replace('serials_snapshots', publisher, blockNumber, madeAtMs, document));
  }

  /** @param name maker and lot: one key each */
  saveLotKey(name: string, document: string): void {
    this.#change(() => this.#replace('serials_lot_keys', name, document));
  }

  /** The lots whose state has changed, and how far the look went. */
  saveFollowed(lots: readonly (LotState & SpentPacks)[], blockNumber: number, seenAtMs: number): void {
    this.#change(
      () => {
        for (const { dispensed, decommissioned, ...state } of lots)
          this.#replace(
            ...(['serials_followed', state.maker, state.lot] as const),
            ...[JSON.stringify(state), dispensed, decommissioned],
          );
      },
      { block_number: blockNumber, seen_at_ms: seenAtMs },
    );
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

  #replace(table: CheckedTable, ...values: unknown[]): void {
    this.#writable.prepare(insertInto(table, 'INSERT OR REPLACE')).run(...values);
  }

  /** @param look how far it went, if the ledger was asked */
  #change(write: () => unknown, look?: Omit<ChangeRow, 'change'>): void {
    this.#writable
      .transaction(() => {
        write();
        const before = this.changeRow() ?? { change: 0, block_number: 0, seen_at_ms: 0 };
        const { block_number: blockNumber, seen_at_ms: seenAtMs } = look ?? before;
        // Not a number that was given before.
        const next = before.change === UNKNOWN_CHANGE ? Date.now() : before.change + 1;
        this.#replace('serials_change', 1, next, blockNumber, seenAtMs);
      })
      .immediate();
  }
}
