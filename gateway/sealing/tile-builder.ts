// Builds the 256-wide tiles of the log as leaves arrive, and stores each once it is full (C2SP tlog-tiles
// layout without its partial tiles: those can be made from the records). Proofs so survive the pruning of
// old records, and a proof reads a few tiles instead of thousands of leaves.

import type { NodeReader } from '../../ledger-sync/evidence/node-reader.js';
import type { JournalDatabase } from '../journal/database.js';
import { foldHashes, TILE_HEIGHT, TILE_WIDTH, tileId } from '../journal/tile.js';

/** The unfilled tile of each level: at most 255 hashes. */
type Edge = Uint8Array[][];

export class TileBuilder {
  readonly #insert;
  #edge: Edge;
  #size: number;
  #durable: { readonly edge: Edge; readonly size: number };

  constructor(database: JournalDatabase, nodes: NodeReader, size: number) {
    this.#insert = database.prepare<[number, Uint8Array]>('INSERT INTO tiles (id, hashes) VALUES (?, ?)');
    this.#edge = readEdge(nodes, size);
    this.#size = size;
    this.#durable = { edge: this.#edge, size };
  }

  /** A transaction begins: what stands now is what a roll-back brings back. */
  begin(): void {
    this.#durable = { edge: this.#edge.map((hashes) => [...hashes]), size: this.#size };
  }

  /** Adds one leaf hash; stores every tile that it fills. Inside the commit's transaction. */
  append(leafHash: Uint8Array): void {
    this.#size += 1;
    let carried: Uint8Array | undefined = leafHash;
    for (let tileLevel = 0; carried; tileLevel++) {
      const hashes: Uint8Array[] = this.#edge[tileLevel] ?? [];
      this.#edge[tileLevel] = hashes;
      hashes.push(carried);
      if (hashes.length < TILE_WIDTH) return;
      const tileIndex = this.#size / TILE_WIDTH ** (tileLevel + 1) - 1;
      this.#insert.run(tileId(tileLevel, tileIndex), Buffer.concat(hashes));
      this.#edge[tileLevel] = [];
      carried = foldHashes(hashes);
    }
  }

  /** The transaction was rolled back. From memory: a disk that fails writes may fail reads as well. */
  rollBack(): void {
    this.#edge = this.#durable.edge;
    this.#size = this.#durable.size;
  }
}

function readEdge(nodes: NodeReader, size: number): Edge {
  const edge: Edge = [];
  for (let tileLevel = 0; TILE_WIDTH ** tileLevel <= size; tileLevel++) {
    const entries = Math.floor(size / TILE_WIDTH ** tileLevel);
    const first = entries - (entries % TILE_WIDTH);
    const hashes: Uint8Array[] = [];
    for (let index = first; index < entries; index++) hashes.push(nodes.node(tileLevel * TILE_HEIGHT, index));
    edge.push(hashes);
  }
  return edge;
}
