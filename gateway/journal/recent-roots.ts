// The roots of the last full tiles of leaves, kept once more in the row of the tile behind them: where a card loses a tile and
// a record below it, only their 256 places are lost, and everything beside them is proven as before. No page more is written.

const HASH_BYTES = 32;
/** Tiles; with their records about 900 kB of the file. */
export const RECENT_ROOTS = 16;
/** Stands for a root that is not known. */
const unknown = new Uint8Array(HASH_BYTES);

export class RecentRoots {
  #roots: { readonly index: number; readonly root: Uint8Array }[] = [];

  /** A tile is full. */
  push(index: number, root: Uint8Array): void {
    this.#roots = [...this.#roots.slice(1 - RECENT_ROOTS), { index, root }];
  }

  /** 16 hashes: the roots of the tiles before `index`, the nearest first. */
  before(index: number): Uint8Array {
    const hashes = Array.from({ length: RECENT_ROOTS }, (_, back) => {
      const wanted = index - 1 - back;
      return this.#roots.find((one) => one.index === wanted)?.root ?? unknown;
    });
    return Buffer.concat(hashes);
  }

  clone(): RecentRoots {
    const roots = new RecentRoots();
    roots.#roots = this.#roots;
    return roots;
  }
}

/** The root of the tile that is `back` + 1 before the one whose row holds `roots`. */
export function recentRoot(roots: unknown, back: number): Uint8Array | undefined {
  if (!(roots instanceof Uint8Array) || back < 0) return undefined;
  const root = roots.subarray(back * HASH_BYTES, (back + 1) * HASH_BYTES);
  const isKnown = root.length === HASH_BYTES && root.some((byte) => byte !== 0);
  return isKnown ? root : undefined;
}
