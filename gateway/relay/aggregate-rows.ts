// The aggregator's log in relay.db: an RFC 9162 tree over signed headers that only grows. Every complete subtree is kept,
// so that a proof takes a few rows however long the log is: 64 bytes or so for each header.

import type Database from 'better-sqlite3';
import type { Tree } from '../../ledger-sync/anchor/aggregated-tree.js';
import { type AggregateProof, aggregateLeafOf } from '../../ledger-sync/evidence/aggregate.js';
import { buildInclusion } from '../../ledger-sync/evidence/inclusion.js';
import { leafHash, nodeHash } from '../../ledger-sync/evidence/merkle.js';
import type { NodeReader } from '../../ledger-sync/evidence/node-reader.js';
import { subtreeRoot } from '../../ledger-sync/evidence/node-reader.js';
import type { AggregateLog, LoggedHeader } from '../../ledger-sync/relay/aggregate-plan.js';
import type { RelayHeader } from '../../ledger-sync/relay/relay-store.js';

export class AggregateRows implements AggregateLog, NodeReader {
  readonly #append: (headers: readonly RelayHeader[]) => Tree;
  readonly #size: Database.Statement<[], number>;
  readonly #leaf: Database.Statement<[number], Uint8Array>;
  readonly #isKnown: Database.Statement<[Uint8Array, number], number>;
  readonly #insert: Database.Statement<[number, Uint8Array, number, Uint8Array, Uint8Array]>;
  readonly #insertNode: Database.Statement<[number, number, Uint8Array]>;
  readonly #node: Database.Statement<[number, number], Uint8Array>;
  readonly #saveTree: Database.Statement<[number, Uint8Array]>;
  readonly #trees: Database.Statement<[number], Tree>;
  readonly #newest: Database.Statement<[Uint8Array, number], LoggedHeader>;

  /** @param database of RelayDatabase */
  constructor(database: Database.Database) {
    this.#size = database.prepare<[], number>('SELECT coalesce(max(place) + 1, 0) FROM log_headers').pluck();
    this.#leaf = database
      .prepare<[number], Uint8Array>('SELECT leaf FROM log_headers WHERE place = ?')
      .pluck();
    this.#isKnown = database
      .prepare<[Uint8Array, number], number>('SELECT 1 FROM log_headers WHERE gateway = ? AND seq = ?')
      .pluck();
    this.#insert = database.prepare(
      'INSERT INTO log_headers (place, gateway, seq, head, leaf) VALUES (?, ?, ?, ?, ?)',
    );
    this.#insertNode = database.prepare('INSERT INTO log_nodes (level, place, hash) VALUES (?, ?, ?)');
    this.#node = database
      .prepare<[number, number], Uint8Array>('SELECT hash FROM log_nodes WHERE level = ? AND place = ?')
      .pluck();
    this.#saveTree = database.prepare('INSERT OR IGNORE INTO trees (size, root) VALUES (?, ?)');
    this.#trees = database.prepare('SELECT size, root FROM trees ORDER BY size DESC LIMIT ?');
    this.#newest = database.prepare(
      'SELECT seq, head, place AS "index" FROM log_headers WHERE gateway = ? AND place < ? ORDER BY seq DESC LIMIT 1',
    );
    this.#append = database.transaction((headers) => this.#appendAll(headers));
  }

  append(headers: readonly RelayHeader[]): Tree {
    return this.#append(headers);
  }

  trees(limit: number): Tree[] {
    return this.#trees.all(limit);
  }

  newestBelow(gateway: Uint8Array, size: number): LoggedHeader | undefined {
    return this.#newest.get(gateway, size);
  }

  /** The leaf at a place: gateway 20 | prev 28 | meta 30 | root 32 | signature 64. */
  leafAt(index: number): Uint8Array | undefined {
    return this.#leaf.get(index);
  }

  /** Of the newest header of a gateway in the tree of that size. @param aggregator 0x address */
  proofIn(gateway: Uint8Array, size: number, aggregator: string): AggregateProof | undefined {
    const newest = this.newestBelow(gateway, size);
    if (!newest) return undefined;
    const root = subtreeRoot(0, size, this);
    const path = buildInclusion(newest.index, size, this);
    return { aggregator: aggregator.toLowerCase(), root, size, index: newest.index, path };
  }

  node(level: number, index: number): Uint8Array {
    const hash = this.#node.get(level, index);
    if (hash) return hash;
    throw new Error(`relay.db lacks the log's node ${index} of level ${level}`);
  }

  #appendAll(headers: readonly RelayHeader[]): Tree {
    let size = this.#size.get() ?? 0;
    for (const header of headers) {
      if (this.#isKnown.get(header.gateway, header.seq)) continue;
      const leaf = aggregateLeafOf(header.wire, header.prev);
      this.#insert.run(size, header.gateway, header.seq, header.head, leaf);
      this.#addLeaf(size, leafHash(leaf));
      size += 1;
    }
    const root = subtreeRoot(0, size, this);
    this.#saveTree.run(size, root);
    return { size, root };
  }

  /** Stores the leaf and every subtree that it completes. */
  #addLeaf(place: number, leaf: Uint8Array): void {
    let hash = leaf;
    let index = place;
    this.#insertNode.run(0, index, hash);
    for (let level = 0; index % 2 === 1; level += 1) {
      hash = nodeHash(this.node(level, index - 1), hash);
      index = (index - 1) / 2;
      this.#insertNode.run(level + 1, index, hash);
    }
  }
}
