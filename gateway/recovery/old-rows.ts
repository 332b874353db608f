// Reads a damaged journal row by row: a page that SQLite cannot read costs the rows in it, never those beside it.

import type { JournalDatabase } from '../journal/database.js';
import { RECENT_ROOTS, recentRoot } from '../journal/recent-roots.js';
import { TILE_WIDTH, tileId } from '../journal/tile.js';
import type { KeyMark } from '../sealing/key-mark.js';

const HASH_BYTES = 32;

export interface OldRecord {
  readonly sequence: number;
  readonly leaf: Uint8Array;
  readonly detail: string | null;
  /** Of the checkpoint behind it; absent in earlier layouts. */
  readonly root?: unknown;
  readonly time_ms?: unknown;
  readonly signature?: unknown;
  readonly summary?: unknown;
}

export type OldRow = Readonly<Record<string, unknown>>;

/** What reading gave; undefined where it failed. */
export function tried<Read>(read: () => Read): Read | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

export class OldRows {
  readonly #database: JournalDatabase;
  readonly #records;
  readonly #tile;
  readonly #roots;
  readonly #mark: KeyMark | undefined;

  /** @param mark beside the key, which knows the newest roots */
  constructor(database: JournalDatabase, mark: KeyMark | undefined) {
    this.#database = database;
    this.#mark = mark;
    this.#records = database.prepare<[number, number], OldRecord>(
      'SELECT * FROM records WHERE sequence >= ? AND sequence < ? ORDER BY sequence',
    );
    // A journal that was damaged before this layout has none.
    this.#roots = tried(() =>
      database.prepare<[number], unknown>('SELECT roots FROM tiles WHERE id = ?').pluck(),
    );
    this.#tile = database.prepare<[number], Uint8Array>('SELECT hashes FROM tiles WHERE id = ?').pluck();
  }

  /** What can be read of the records from `first` to before `beyond`; a few hundred at most. */
  records(first: number, beyond: number): OldRecord[] {
    const rows = tried(() => this.#records.all(first, beyond));
    const found =
      rows ??
      Array.from({ length: beyond - first }, (_, at) => at + first).flatMap(
        (at) => tried(() => this.#records.all(at, at + 1)) ?? [],
      );
    return found.filter(({ leaf }) => leaf instanceof Uint8Array);
  }

  /** The hashes of a full tile, unchecked; undefined if it is not there or of another length. */
  tile(tileLevel: number, tileIndex: number): Uint8Array[] | undefined {
    const stored = tried(() => this.#tile.get(tileId(tileLevel, tileIndex)));
    if (!(stored instanceof Uint8Array) || stored.length !== TILE_WIDTH * HASH_BYTES) return undefined;
    return Array.from({ length: TILE_WIDTH }, (_, at) =>
      stored.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
    );
  }

  /** What the rows of later tiles, or the mark, say is the root of a tile of leaves; unchecked. */
  rootOf(tileIndex: number): Uint8Array | undefined {
    for (let behind = 1; behind <= RECENT_ROOTS; behind++) {
      const root = recentRoot(
        tried(() => this.#roots?.get(tileId(0, tileIndex + behind))),
        behind - 1,
      );
      if (root) return root;
    }
    const { size, tip } = this.#mark ?? { size: 0 };
    return recentRoot(tip?.roots, Math.floor(size / TILE_WIDTH) - 1 - tileIndex);
  }

  /**
   * Gives the rows of a table in the order of `key`, from both ends up to where it cannot be read.
   * @returns whether all of it could be
   */
  each(table: string, key: string, take: (row: OldRow) => void): boolean {
    const idOf = (row: OldRow) => JSON.stringify(key.split(', ').map((column) => String(row[column])));
    let last: string | undefined;
    const read = (order: 'ASC' | 'DESC') => {
      const keys = key
        .split(', ')
        .map((column) => `${column} ${order}`)
        .join(', ');
      const rows = this.#database.prepare<[], OldRow>(`SELECT * FROM ${table} ORDER BY ${keys}`);
      for (const row of rows.iterate()) {
        const id = idOf(row);
        if (order === 'ASC') last = id;
        else if (id === last) return;
        take(row);
      }
    };
    if (tried(() => read('ASC') ?? true)) return true;
    tried(() => read('DESC'));
    return false;
  }
}
