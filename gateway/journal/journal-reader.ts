// A read-only connection to the journal for everything but the writer: publishing, status, export.

import { readAggregateProof } from './aggregate-proofs.js';
import { type AnchorStages, readAnchorStages } from './anchor-stages.js';
import { type JournalDatabase, openDatabase } from './database.js';
import { readIdentity } from './identity.js';
import { JournalError } from './journal-error.js';
import { LogReader } from './log-reader.js';
import { SerialsReader } from './serials-rows.js';

export interface StoredShipment {
  readonly name: string;
  readonly shipment: Uint8Array;
  readonly salt: Uint8Array;
  readonly first_sequence: number | null;
  readonly last_sequence: number | null;
}

export interface StoredBatch {
  readonly chain_id: number;
  readonly contract: Uint8Array;
  readonly seq: number;
  readonly size: number;
  readonly head: Uint8Array;
  readonly prev: Uint8Array;
  readonly root: Uint8Array;
  readonly meta: Uint8Array;
  readonly signature: Uint8Array;
}

export interface StoredHead {
  readonly head: Uint8Array;
  readonly seq: number;
  readonly block_number: number;
  readonly registered: number;
}

export interface StoredInclusion {
  readonly from_seq: number;
  readonly to_seq: number;
  readonly transaction_hash: string;
  readonly block_number: number;
  readonly block_hash: string;
  readonly block_time_ms: number;
}

export interface StoredProblem {
  readonly role: string;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export class JournalReader {
  readonly gateway: Uint8Array;
  readonly log: LogReader;
  /** What is known of packs. */
  readonly serials: SerialsReader;
  readonly #database: JournalDatabase;

  /** @throws JournalError JOURNAL_ABSENT if no gateway has written it yet, and as `openDatabase` */
  constructor(path: string) {
    this.#database = openDatabase(path, { access: 'reader' });
    const identity = readIdentity(this.#database);
    if (!identity) {
      this.#database.close();
      throw new JournalError(
        'JOURNAL_ABSENT',
        `${path} holds no log yet`,
        'start the gateway role first: `coldgate run`',
      );
    }
    this.gateway = identity.gateway;
    this.log = new LogReader(this.#database, identity.gateway);
    this.serials = new SerialsReader(this.#database);
  }

  /** All judge states, key to JSON text. */
  judgeStates(): Map<string, string> {
    const rows = this.#database
      .prepare<[], { key: string; value: string }>('SELECT key, value FROM judge_state')
      .all();
    return new Map(rows.map(({ key, value }) => [key, value]));
  }

  /** One judge state; undefined if there is none. */
  judgeState(key: string): string | undefined {
    return this.#database
      .prepare<[string], string>('SELECT value FROM judge_state WHERE key = ?')
      .pluck()
      .get(key);
  }

  /** The judge states whose key begins with `prefix` (ASCII), by key. */
  judgeStatesOf(prefix: string): [key: string, value: string][] {
    return this.#database
      .prepare<[string, string], { key: string; value: string }>(
        'SELECT key, value FROM judge_state WHERE key >= ? AND key < ? ORDER BY key',
      )
      .all(prefix, `${prefix}\u{10ffff}`)
      .map(({ key, value }) => [key, value]);
  }

  /** Another number after each commit of another connection; looking costs no reading of pages. */
  dataVersion(): number {
    return Number(this.#database.pragma('data_version', { simple: true }));
  }

  /** Pages of the file, and how many of them hold nothing. */
  pages(): { readonly pageBytes: number; readonly pages: number; readonly freePages: number } {
    const number = (name: string) => Number(this.#database.pragma(name, { simple: true }));
    return {
      pageBytes: number('page_size'),
      pages: number('page_count'),
      freePages: number('freelist_count'),
    };
  }

  /** Records that `sink` has acknowledged; undefined for one that was never told anything. */
  knownCursor(sink: string): number | undefined {
    return this.#database
      .prepare<[string], number>('SELECT size FROM cursors WHERE sink = ?')
      .pluck()
      .get(sink);
  }

  /** Records that `sink` has acknowledged. */
  cursor(sink: string): number {
    return this.knownCursor(sink) ?? 0;
  }

  shipment(name: string): StoredShipment | undefined {
    return this.#database
      .prepare<[string], StoredShipment>('SELECT * FROM shipments WHERE name = ?')
      .get(name);
  }

  shipments(): StoredShipment[] {
    return this.#database.prepare<[], StoredShipment>('SELECT * FROM shipments ORDER BY name').all();
  }

  /** The newest batch header of a ledger domain. */
  latestBatch(chainId: number, contract: Uint8Array): StoredBatch | undefined {
    return this.#database
      .prepare<[number, Uint8Array], StoredBatch>(
        'SELECT * FROM batches WHERE chain_id = ? AND contract = ? ORDER BY seq DESC LIMIT 1',
      )
      .get(chainId, contract);
  }

  /** What shows that a header stands under a published root, where a relay aggregates. */
  aggregateProof(chainId: number, contract: Uint8Array, seq: number) {
    return readAggregateProof(this.#database, chainId, contract, seq);
  }

  batch(chainId: number, contract: Uint8Array, seq: number): StoredBatch | undefined {
    return this.#database
      .prepare<[number, Uint8Array, number], StoredBatch>(
        'SELECT * FROM batches WHERE chain_id = ? AND contract = ? AND seq = ?',
      )
      .get(chainId, contract, seq);
  }

  /** The first header that covers the record at `sequence`. */
  batchCovering(chainId: number, contract: Uint8Array, sequence: number): StoredBatch | undefined {
    return this.#database
      .prepare<[number, Uint8Array, number], StoredBatch>(
        'SELECT * FROM batches WHERE chain_id = ? AND contract = ? AND size > ? ORDER BY seq LIMIT 1',
      )
      .get(chainId, contract, sequence);
  }

  /** What the ledger-sync role last read from the contract. */
  ledgerHead(chainId: number, contract: Uint8Array): StoredHead | undefined {
    return this.#database
      .prepare<[number, Uint8Array], StoredHead>(
        'SELECT * FROM ledger_heads WHERE chain_id = ? AND contract = ?',
      )
      .get(chainId, contract);
  }

  /** How far the headers of a ledger domain have come. */
  anchorStages(chainId: number, contract: Uint8Array): AnchorStages {
    return readAnchorStages(this.#database, chainId, contract);
  }

  /** The inclusion that carried the header `seq`. */
  inclusion(chainId: number, contract: Uint8Array, seq: number): StoredInclusion | undefined {
    return this.#database
      .prepare<[number, Uint8Array, number, number], StoredInclusion>(
        `SELECT * FROM inclusions WHERE chain_id = ? AND contract = ? AND from_seq <= ? AND to_seq >= ?
         ORDER BY block_number DESC LIMIT 1`,
      )
      .get(chainId, contract, seq, seq);
  }

  problems(): StoredProblem[] {
    return this.#database.prepare<[], StoredProblem>('SELECT * FROM problems ORDER BY role').all();
  }

  close(): void {
    this.#database.close();
  }
}
