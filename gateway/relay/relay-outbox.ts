// The relay's transactions in relay.db: what was signed, what it costs, what it did.

import type Database from 'better-sqlite3';
import type { AnchorProblem, Cost, Spend } from '../../ledger-sync/anchor/anchor-store.js';
import type { GatewayInclusion, RelaySubmission } from '../../ledger-sync/relay/relay-store.js';

const DAY_MS = 86_400_000;

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

export class RelayOutbox {
  /** @param connection at synchronous=FULL, with the tables laid out */
  constructor(readonly connection: Database.Database) {}

  saveSubmission({ hash, nonce, raw }: RelaySubmission, most: Spend): void {
    this.connection.transaction(() => {
      this.run('INSERT OR REPLACE INTO submissions (hash, nonce, raw) VALUES (?, ?, ?)', hash, nonce, raw);
      this.run(
        'INSERT OR REPLACE INTO spends (nonce, wei, time_ms) VALUES (?, ?, ?)',
        most.nonce,
        most.wei.toString(),
        most.timeMs,
      );
      // Twice the day of the limit: a reorg may take the block time back.
      this.run('DELETE FROM spends WHERE time_ms < ?', most.timeMs - 2 * DAY_MS);
    })();
  }

  openSubmissions(): RelaySubmission[] {
    return this.all<RelaySubmission>('SELECT hash, nonce, raw FROM submissions ORDER BY nonce, id');
  }

  dropSubmissions(hashes: readonly string[]): void {
    this.connection.transaction(() => {
      for (const hash of hashes) this.run('DELETE FROM submissions WHERE hash = ?', hash);
    })();
  }

  saveInclusions(inclusions: readonly GatewayInclusion[], cost?: Cost): void {
    this.connection.transaction(() => {
      for (const one of inclusions) {
        this.run(
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
      if (cost) this.run('UPDATE spends SET wei = ? WHERE nonce = ?', cost.wei.toString(), cost.nonce);
    })();
  }

  /** The newest of a gateway. */
  inclusion(gateway: Uint8Array): GatewayInclusion | undefined {
    const row = this.get<InclusionRow>('SELECT * FROM inclusions WHERE gateway = ?', gateway);
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
    return this.all<{ nonce: number; wei: string; time_ms: number }>(
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
    if (!problem) this.run('DELETE FROM problems WHERE kind = ?', kind);
    else {
      this.run(
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
      statement = this.connection.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  protected run(sql: string, ...values: readonly unknown[]): void {
    this.#statement(sql).run(...values);
  }

  /** The caller names the shape of its own columns. */
  protected get<Row>(sql: string, ...values: readonly unknown[]): Row | undefined {
    return this.#statement(sql).get(...values) as Row | undefined;
  }

  protected all<Row>(sql: string, ...values: readonly unknown[]): Row[] {
    return this.#statement(sql).all(...values) as Row[];
  }
}
