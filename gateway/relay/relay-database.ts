// The relay's SQLite file: headers that gateways handed over, transactions, inclusions. At synchronous=FULL, like the
// journal: what was taken from a gateway is on disk before its gateway hears of it.

import { closeSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { equalBytes } from '../../ledger-sync/evidence/bytes.js';
import type { RelayHeader, RelayStore } from '../../ledger-sync/relay/relay-store.js';
import { relayLayout } from './relay-layout.js';
import { RelayOutbox } from './relay-outbox.js';

const SYNCHRONOUS_FULL = 2;
/** Headers that may wait of one gateway: it cuts one at a time, so this is a broken one. */
const MAX_WAITING_PER_GATEWAY = 1000;
/** Of each gateway, so that a second header for a number that is final already is still known for what it is. */
const FINAL_KEPT = 8;
/** A fleet beyond it needs several relays. */
const MAX_GATEWAYS = 10_000;

/** At synchronous=FULL, read back. */
function openDurable(path: string): Database.Database {
  // Nobody else reads it; SQLite gives the WAL the same mode.
  closeSync(openSync(path, 'a', 0o600));
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  if (database.pragma('synchronous', { simple: true }) !== SYNCHRONOUS_FULL)
    throw new Error(`${path} cannot be opened at synchronous=FULL`);
  database.exec(relayLayout);
  return database;
}

/** What became of a header that was handed over. */
export type Taken = 'new' | 'known' | 'contradiction' | 'full';

export class RelayDatabase extends RelayOutbox implements RelayStore {
  /** @throws Error of SQLite where the file cannot be opened or not be made durable */
  constructor(path: string) {
    super(openDurable(path));
  }

  close(): void {
    this.connection.close();
  }

  /** Learns that a gateway publishes under that name. False where the fleet is full. */
  follow(gateway: Uint8Array, name: string): boolean {
    if (this.nameOf(gateway) === name) return true;
    const { fleet } = this.get<{ fleet: number }>('SELECT count(*) AS fleet FROM names') ?? { fleet: 0 };
    if (fleet >= MAX_GATEWAYS && this.nameOf(gateway) === undefined) return false;
    this.run('INSERT OR REPLACE INTO names (gateway, name) VALUES (?, ?)', gateway, name);
    return true;
  }

  followed(): Uint8Array[] {
    return this.all<{ gateway: Uint8Array }>('SELECT gateway FROM names ORDER BY gateway').map(
      ({ gateway }) => gateway,
    );
  }

  /** Several headers in one commit. @param name under which its gateway publishes */
  take(headers: readonly { readonly header: RelayHeader; readonly name: string }[]): Taken[] {
    return this.connection.transaction(() =>
      headers.map(({ header, name }) => this.#takeOne(header, name)),
    )();
  }

  #takeOne({ gateway, seq, prev, head, wire }: RelayHeader, name: string): Taken {
    const known = this.get<{ head: Uint8Array; wire: Uint8Array; prev: Uint8Array }>(
      'SELECT head, wire, prev FROM headers WHERE gateway = ? AND seq = ?',
      gateway,
      seq,
    );
    if (!this.follow(gateway, name)) return 'full';
    if (known && equalBytes(known.head, head)) return 'known';
    if (known) {
      const keep = 'INSERT OR IGNORE INTO contradictions (gateway, seq, wire, prev) VALUES (?, ?, ?, ?)';
      this.run(keep, gateway, seq, known.wire, known.prev);
      this.run(keep, gateway, seq, wire, prev);
      return 'contradiction';
    }
    const { waiting } = this.get<{ waiting: number }>(
      'SELECT count(*) AS waiting FROM headers WHERE gateway = ?',
      gateway,
    ) ?? { waiting: 0 };
    if (waiting >= MAX_WAITING_PER_GATEWAY) return 'full';
    this.run(
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
    return this.get<{ name: string }>('SELECT name FROM names WHERE gateway = ?', gateway)?.name;
  }

  gateways(): Uint8Array[] {
    // Who contradicts himself is for a person, and for the contract's fraud proof.
    return this.all<{ gateway: Uint8Array }>(
      `SELECT DISTINCT gateway FROM headers
       WHERE gateway NOT IN (SELECT gateway FROM contradictions) ORDER BY gateway`,
    ).map(({ gateway }) => gateway);
  }

  contradicting(): Uint8Array[] {
    return this.all<{ gateway: Uint8Array }>('SELECT DISTINCT gateway FROM contradictions').map(
      ({ gateway }) => gateway,
    );
  }

  headersAbove(gateway: Uint8Array, seq: number, limit: number): RelayHeader[] {
    return this.all<RelayHeader>(
      'SELECT gateway, seq, prev, head, wire FROM headers WHERE gateway = ? AND seq > ? ORDER BY seq LIMIT ?',
      gateway,
      seq,
      limit,
    );
  }

  dropHeaders(gateway: Uint8Array, seq: number): void {
    this.run('DELETE FROM headers WHERE gateway = ? AND seq <= ?', gateway, seq - FINAL_KEPT);
  }
}
