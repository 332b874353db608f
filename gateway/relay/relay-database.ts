// The relay's SQLite file: headers that gateways handed over, transactions, inclusions. At synchronous=FULL, like the
// journal: what was taken from a gateway is on disk before its gateway hears of it.

import { closeSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { AnchorProblem, Cost, Spend } from '../../ledger-sync/anchor/anchor-store.js';
import { equalBytes } from '../../ledger-sync/evidence/bytes.js';
import type {
  GatewayInclusion,
  RelayHeader,
  RelayStore,
  RelaySubmission,
} from '../../ledger-sync/relay/relay-store.js';
import { relayLayout } from './relay-layout.js';

const DAY_MS = 86_400_000;
const SYNCHRONOUS_FULL = 2;
/** Headers that may wait of one gateway: it cuts one at a time, so this is a broken one. */
const MAX_WAITING_PER_GATEWAY = 1000;
/** Of each gateway, so that a second header for a number that is final already is still known for what it is. */
const FINAL_KEPT = 8;
/** A fleet beyond it needs several relays. */
const MAX_GATEWAYS = 10_000;

/** What became of a header that was handed over. */
export type Taken = 'new' | 'known' | 'contradiction' | 'full';

interface InclusionRow {
  readonly gateway: Uint8Array;
  readonly from_seq: number;
  readonly to_seq: number;
  readonly transaction_hash: string;
  readonly block_number: number;
  readonly block_hash: string;
  readonly block_time_ms: number;
  readonly tree_size: number | null;
}

export class RelayDatabase implements RelayStore {
  readonly #database: Database.Database;

  /** @throws Error of SQLite where the file cannot be opened or not be made durable */
  constructor(path: string) {
    // Nobody else reads it; SQLite gives the WAL the same mode.
    closeSync(openSync(path, 'a', 0o600));
    this.#database = new Database(path);
    this.#database.pragma('journal_mode = WAL');
    this.#database.pragma('synchronous = FULL');
    if (this.#database.pragma('synchronous', { simple: true }) !== SYNCHRONOUS_FULL)
      throw new Error(`${path} cannot be opened at synchronous=FULL`);
    this.#database.exec(relayLayout);
  }

  /** For the parts of relay.db that have a file of their own. */
  get connection(): Database.Database {
    return this.#database;
  }

  close(): void {
    this.#database.close();
  }

  /** Learns that a gateway publishes under that name. False where the fleet is full. */
  follow(gateway: Uint8Array, name: string): boolean {
    if (this.nameOf(gateway) === name) return true;
    const { fleet } = this.#get<{ fleet: number }>('SELECT count(*) AS fleet FROM names') ?? { fleet: 0 };
    if (fleet >= MAX_GATEWAYS && this.nameOf(gateway) === undefined) return false;
    this.#run('INSERT OR REPLACE INTO names (gateway, name) VALUES (?, ?)', gateway, name);
    return true;
  }

  followed(): Uint8Array[] {
    return this.#all<{ gateway: Uint8Array }>('SELECT gateway FROM names ORDER BY gateway').map(
      ({ gateway }) => gateway,
    );
  }

  /** Several headers in one commit. @param name under which its gateway publishes */
  take(headers: readonly { readonly header: RelayHeader; readonly name: string }[]): Taken[] {
    return this.#database.transaction(() => headers.map(({ header, name }) => this.#takeOne(header, name)))();
  }

  #takeOne({ gateway, seq, prev, head, wire }: RelayHeader, name: string): Taken {
    const known = this.#get<{ head: Uint8Array; wire: Uint8Array; prev: Uint8Array }>(
      'SELECT head, wire, prev FROM headers WHERE gateway = ? AND seq = ?',
      gateway,
      seq,
    );
    if (!this.follow(gateway, name)) return 'full';
    if (known && equalBytes(known.head, head)) return 'known';
    if (known) {
      const keep = 'INSERT OR IGNORE INTO contradictions (gateway, seq, wire, prev) VALUES (?, ?, ?, ?)';
      this.#run(keep, gateway, seq, known.wire, known.prev);
      this.#run(keep, gateway, seq, wire, prev);
      return 'contradiction';
    }
    const { waiting } = this.#get<{ waiting: number }>(
      'SELECT count(*) AS waiting FROM headers WHERE gateway = ?',
      gateway,
    ) ?? { waiting: 0 };
    if (waiting >= MAX_WAITING_PER_GATEWAY) return 'full';
    this.#run(
      'INSERT INTO headers (gateway, seq, prev, head, wire) VALUES (?, ?, ?, ?, ?)',
      gateway,
      seq,
      prev,
      head,
      wire,
    );
    return 'new';
  }

  nameOf(gateway: Uint8Array): string | undefined {
    return this.#get<{ name: string }>('SELECT name FROM names WHERE gateway = ?', gateway)?.name;
  }

  gateways(): Uint8Array[] {
    // Who contradicts himself is for a person, and for the contract's fraud proof.
    return this.#all<{ gateway: Uint8Array }>(
      `SELECT DISTINCT gateway FROM headers
       WHERE gateway NOT IN (SELECT gateway FROM contradictions) ORDER BY gateway`,
    ).map(({ gateway }) => gateway);
  }

  contradicting(): Uint8Array[] {
    return this.#all<{ gateway: Uint8Array }>('SELECT DISTINCT gateway FROM contradictions').map(
      ({ gateway }) => gateway,
    );
  }

  headersAbove(gateway: Uint8Array, seq: number, limit: number): RelayHeader[] {
    return this.#all<RelayHeader>(
      'SELECT gateway, seq, prev, head, wire FROM headers WHERE gateway = ? AND seq > ? ORDER BY seq LIMIT ?',
      gateway,
      seq,
      limit,
    );
  }

  dropHeaders(gateway: Uint8Array, seq: number): void {
    this.#run('DELETE FROM headers WHERE gateway = ? AND seq <= ?', gateway, seq - FINAL_KEPT);
  }

  saveSubmission({ hash, nonce, raw }: RelaySubmission, most: Spend): void {
    this.#database.transaction(() => {
      this.#run('INSERT OR REPLACE INTO submissions (hash, nonce, raw) VALUES (?, ?, ?)', hash, nonce, raw);
      this.#run(
        'INSERT OR REPLACE INTO spends (nonce, wei, time_ms) VALUES (?, ?, ?)',
        most.nonce,
        most.wei.toString(),
        most.timeMs,
      );
      // Twice the day of the limit: a reorg may take the block time back.
      this.#run('DELETE FROM spends WHERE time_ms < ?', most.timeMs - 2 * DAY_MS);
    })();
  }

  openSubmissions(): RelaySubmission[] {
    return this.#all<RelaySubmission>('SELECT hash, nonce, raw FROM submissions ORDER BY nonce, id');
  }

  dropSubmissions(hashes: readonly string[]): void {
    this.#database.transaction(() => {
      for (const hash of hashes) this.#run('DELETE FROM submissions WHERE hash = ?', hash);
    })();
  }

  saveInclusions(inclusions: readonly GatewayInclusion[], cost?: Cost): void {
    this.#database.transaction(() => {
      for (const one of inclusions) {
        this.#run(
          `INSERT OR REPLACE INTO inclusions
           (gateway, from_seq, to_seq, transaction_hash, block_number, block_hash, block_time_ms, tree_size)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
          one.gateway,
          one.fromSeq,
          one.toSeq,
          one.transactionHash,
          one.blockNumber,
          one.blockHash,
          one.blockTimeMs,
          one.treeSize ?? null,
        );
      }
      if (cost) this.#run('UPDATE spends SET wei = ? WHERE nonce = ?', cost.wei.toString(), cost.nonce);
    })();
  }

  /** The newest of a gateway. */
  inclusion(gateway: Uint8Array): GatewayInclusion | undefined {
    const row = this.#get<InclusionRow>('SELECT * FROM inclusions WHERE gateway = ?', gateway);
    return (
      row && {
        gateway: row.gateway,
        fromSeq: row.from_seq,
        toSeq: row.to_seq,
        transactionHash: row.transaction_hash,
        blockNumber: row.block_number,
        blockHash: row.block_hash,
        blockTimeMs: row.block_time_ms,
        treeSize: row.tree_size ?? undefined,
      }
    );
  }

  spends(sinceMs: number): Spend[] {
    return this.#all<{ nonce: number; wei: string; time_ms: number }>(
      'SELECT nonce, wei, time_ms FROM spends WHERE time_ms >= ? ORDER BY time_ms, nonce',
      sinceMs,
    ).map(({ nonce, wei, time_ms: timeMs }) => ({ nonce, wei: BigInt(wei), timeMs }));
  }

  saveProblem(problem: AnchorProblem | undefined): void {
    this.#show('problem', problem);
  }

  saveWarning(warning: AnchorProblem | undefined): void {
    this.#show('warning', warning);
  }

  #show(kind: string, problem: AnchorProblem | undefined): void {
    if (!problem) this.#run('DELETE FROM problems WHERE kind = ?', kind);
    else {
      this.#run(
        'INSERT OR REPLACE INTO problems (kind, code, message, hint) VALUES (?, ?, ?, ?)',
        kind,
        problem.code,
        problem.message,
        problem.hint,
      );
    }
  }

  readonly #statements = new Map<string, Database.Statement>();

  #statement(sql: string): Database.Statement {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #run(sql: string, ...values: readonly unknown[]): void {
    this.#statement(sql).run(...values);
  }

  /** The caller names the shape of its own columns. */
  #get<Row>(sql: string, ...values: readonly unknown[]): Row | undefined {
    return this.#statement(sql).get(...values) as Row | undefined;
  }

  #all<Row>(sql: string, ...values: readonly unknown[]): Row[] {
    return this.#statement(sql).all(...values) as Row[];
  }
}
