// Builds the 256-wide tiles of the log as leaves arrive, and stores each once it is full (C2SP tlog-tiles
// layout without its partial tiles: those can be made from the records). Proofs so survive the pruning of
// old records, and a proof reads a few tiles instead of thousands of leaves.

import type { NodeReader } from '../../ledger-sync/evidence/node-reader.js';
import type { JournalDatabase } from '../journal/database.js';
import { JournalError } from '../journal/journal-error.js';
import { RECENT_ROOTS, RecentRoots } from '../journal/recent-roots.js';
import { foldHashes, TILE_HEIGHT, TILE_WIDTH, tileId } from '../journal/tile.js';

/** The unfilled tile of each level: at most 255 hashes; undefined for what was lost with a damaged journal. */
type Edge = (Uint8Array | undefined)[][];

export class TileBuilder {
  readonly #insert;
  readonly #nodes: NodeReader;
  #edge: Edge;
  #size: number;
  #roots: RecentRoots;
  #durable: { readonly edge: Edge; readonly size: number; readonly roots: RecentRoots };

  constructor(database: JournalDatabase, nodes: NodeReader, size: number) {
    this.#insert = database.prepare<[number, Uint8Array, Uint8Array | null]>(
      'INSERT INTO tiles (id, hashes, roots) VALUES (?, ?, ?)',
    );
    this.#nodes = nodes;
    this.#edge = readEdge(nodes, size);
    this.#size = size;
    this.#roots = readRoots(nodes, size);
    this.#durable = { edge: this.#edge, size, roots: this.#roots };
  }

  /** A transaction begins: what stands now is what a roll-back brings back. */
  begin(): void {
    const edge = this.#edge.map((hashes) => [...hashes]);
    this.#durable = { edge, size: this.#size, roots: this.#roots.clone() };
  }

  /** Adds one leaf hash; stores every tile that it fills. Inside the commit's transaction. */
  append(leafHash: Uint8Array): void {
    this.#size += 1;
    let carried: Uint8Array | undefined = leafHash;
    for (let tileLevel = 0; carried; tileLevel++) {
      const hashes: Edge[number] = this.#edge[tileLevel] ?? [];
      this.#edge[tileLevel] = hashes;
      hashes.push(carried);
      if (hashes.length < TILE_WIDTH) return;
      const tileIndex = this.#size / TILE_WIDTH ** (tileLevel + 1) - 1;
      this.#edge[tileLevel] = [];
      carried = this.#storeTile(tileLevel, tileIndex, hashes);
      if (tileLevel === 0) this.#roots.push(tileIndex, carried);
    }
  }

  /** A tile with a hole is not stored; its root follows from what was kept of it. @returns the root */
  #storeTile(tileLevel: number, tileIndex: number, hashes: Edge[number]): Uint8Array {
    const known = hashes.filter((hash) => hash !== undefined);
    if (known.length < TILE_WIDTH) return this.#nodes.node((tileLevel + 1) * TILE_HEIGHT, tileIndex);
    const roots = tileLevel === 0 ? this.#roots.before(tileIndex) : null;
    this.#insert.run(tileId(tileLevel, tileIndex), Buffer.concat(known), roots);
    return foldHashes(known);
  }

  /** The transaction was rolled back. From memory: a disk that fails writes may fail reads as well. */
  rollBack(): void {
    this.#edge = this.#durable.edge;
    this.#size = this.#durable.size;
    this.#roots = this.#durable.roots.clone();
  }

  /** Roots of the newest full tiles. */
  recentRoots(): Uint8Array {
    return this.#roots.before(Math.floor(this.#size / TILE_WIDTH));
  }
}

function readEdge(nodes: NodeReader, size: number): Edge {
  const edge: Edge = [];
  for (let tileLevel = 0; TILE_WIDTH ** tileLevel <= size; tileLevel++) {
    const entries = Math.floor(size / TILE_WIDTH ** tileLevel);
    const first = entries - (entries % TILE_WIDTH);
    const hashes: Edge[number] = [];
    for (let index = first; index < entries; index++)
      hashes.push(knownNode(nodes, tileLevel * TILE_HEIGHT, index));
    edge.push(hashes);
  }
  return edge;
}

function readRoots(nodes: NodeReader, size: number): RecentRoots {
  const roots = new RecentRoots();
  const end = Math.floor(size / TILE_WIDTH);
  for (let index = Math.max(0, end - RECENT_ROOTS); index < end; index++) {
    const root = knownNode(nodes, TILE_HEIGHT, index);
    if (root) roots.push(index, root);
  }
  return roots;
}

function knownNode(nodes: NodeReader, level: number, index: number): Uint8Array | undefined {
  try {
    return nodes.node(level, index);
  } catch (error) {
    if (error instanceof JournalError && error.code === 'RECORD_ABSENT') return undefined;
    throw error;
  }
}
