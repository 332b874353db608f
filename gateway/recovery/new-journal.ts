// The journal that takes the place of a damaged one: everything that proves itself at its own sequence, the holes noted as
// lost, and one newly signed checkpoint from which the log goes on. Made without flushing and flushed once at its end: until
// then it is a file that nobody uses, and after a power cut it is made again.

import { rmSync } from 'node:fs';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { signCheckpoint } from '../../ledger-sync/evidence/checkpoint.js';
import { subtreeHashes, subtreesOf } from '../../ledger-sync/evidence/node-reader.js';
import type { Signer } from '../../ledger-sync/evidence/signer.js';
import { voidLeafHash } from '../../ledger-sync/evidence/void-place.js';
import { checkedSummary, decodeSummary } from '../journal/batch-summary.js';
import { type JournalDatabase, openDatabase } from '../journal/database.js';
import { beginGeneration, claimIdentity } from '../journal/identity.js';
import { LogReader } from '../journal/log-reader.js';
import type { Span } from '../journal/pruned-spans.js';
import { RecentRoots } from '../journal/recent-roots.js';
import { insertInto } from '../journal/row-check.js';
import { foldHashes, nodeId, TILE_HEIGHT, TILE_WIDTH, tileId } from '../journal/tile.js';
import type { KeyMark } from '../sealing/key-mark.js';
import { TileBuilder } from '../sealing/tile-builder.js';
import type { LogBase } from './log-base.js';
import type { OldRecord, OldRows } from './old-rows.js';
import { type PendingReport, RECOVERY_KEY } from './pending-report.js';
import type { ProvenSink } from './proven-log.js';
import { RecordTaker } from './record-taker.js';
import { joined } from './span-set.js';
import { takeMarkedHeaders } from './taken-rows.js';

/** Rows in one transaction: a few megabytes of write-ahead log. */
const TRANSACTION_ROWS = 20_000;

export interface NewJournalParts {
  readonly path: string;
  readonly signer: Signer;
  readonly mark: KeyMark | undefined;
  readonly base: LogBase;
  /** Records below are left where they are: there is no room for them twice. */
  readonly firstTaken: number;
  /** Deleted by rule in the old log. */
  readonly byRule: Readonly<Record<'readings' | 'events', readonly Span[]>>;
}

export class NewJournal implements ProvenSink {
  readonly database: JournalDatabase;
  readonly #parts: NewJournalParts;
  readonly #taker: RecordTaker;
  readonly #kept;
  readonly #tile;
  readonly #lost: { first: number; beyond: number }[] = [];
  readonly #roots = new RecentRoots();
  #rows = 0;
  recovered = 0;
  mended = 0;

  /** @throws JournalError as `openDatabase` */
  constructor(parts: NewJournalParts) {
    this.#parts = parts;
    for (const part of ['', '-wal', '-shm']) rmSync(`${parts.path}${part}`, { force: true });
    this.database = openDatabase(parts.path, { access: 'owner' });
    this.database.pragma('synchronous = OFF');
    claimIdentity(this.database, parts.signer.address, parts.path);
    beginGeneration(this.database, parts.mark?.generation ?? 0);
    this.#taker = new RecordTaker(this.database, parts.byRule);
    this.#kept = this.database.prepare<[number, Uint8Array]>(
      'INSERT OR IGNORE INTO kept_nodes VALUES (?, ?)',
    );
    this.#tile = this.database.prepare<[number, Uint8Array, Uint8Array | null]>(
      'INSERT OR IGNORE INTO tiles (id, hashes, roots) VALUES (?, ?, ?)',
    );
    this.database.exec('BEGIN');
  }

  record(...[record, isMended]: Parameters<ProvenSink['record']>): void {
    const { sequence } = record;
    if (sequence < this.#parts.firstTaken) {
      this.checkpointBehind(record);
      this.lost(sequence, sequence + 1);
      return;
    }
    if (!this.#taker.take(record)) return;
    this.recovered += 1;
    if (isMended) this.mended += 1;
    this.#count();
  }

  checkpointBehind(record: OldRecord): void {
    this.#taker.takeCheckpoint({ ...record, size: record.sequence + 1 }, this.#parts.base.range.size);
  }

  /** Those apart from records. */
  takeCheckpoints(rows: OldRows): void {
    rows.each('checkpoints', 'size', (row) => {
      this.#taker.takeCheckpoint(row, this.#parts.base.range.size);
      this.#count();
    });
  }

  lost(first: number, beyond: number): void {
    const last = this.#lost.at(-1);
    if (last?.beyond === first) last.beyond = beyond;
    else this.#lost.push({ first, beyond });
  }

  tile(tileLevel: number, tileIndex: number, hashes: readonly Uint8Array[]): void {
    const roots = tileLevel === 0 ? this.#roots.before(tileIndex) : null;
    this.#tile.run(tileId(tileLevel, tileIndex), Buffer.concat(hashes), roots);
    if (tileLevel === 0) this.#roots.push(tileIndex, foldHashes(hashes));
    this.#count();
  }

  kept(level: number, index: number, hash: Uint8Array): void {
    this.#kept.run(nodeId(level, index), hash);
    if (level === TILE_HEIGHT) this.#roots.push(index, hash);
  }

  /** Begins another transaction once in so many rows. */
  #count(): void {
    this.#rows += 1;
    if (this.#rows % TRANSACTION_ROWS === 0) this.database.exec('COMMIT; BEGIN');
  }

  /**
   * Ends the log at `size`, which is a multiple of 256, by places without records, and signs it.
   * @returns what was lost, in whole commits
   */
  end(size: number, nowMs: number): { readonly lost: readonly Span[]; readonly spans: readonly Span[] } {
    const { base, signer, mark, byRule } = this.#parts;
    const first = base.range.size;
    this.#keepTail(first);
    this.#taker.noteBeside();
    this.database.exec('COMMIT; BEGIN');
    const range = base.range.clone();
    const tiles = new TileBuilder(this.database, new LogReader(this.database, signer.address), first);
    while (range.size < size) {
      range.append(voidLeafHash);
      tiles.append(voidLeafHash);
    }
    const checkpoint = { gateway: signer.address, size, root: range.root(), timeMs: nowMs };
    const { signature } = signCheckpoint(signer, checkpoint);
    this.database
      .prepare<unknown[]>('INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?, ?, ?)')
      .run(size, checkpoint.root, nowMs, signature, checkedSummary(size, decodeSummary(base.summary)));
    takeMarkedHeaders(this.database, mark?.tip?.headers ?? [], signer.address);
    const lost = this.#lost.filter(
      (span) => !byRule.readings.some((gone) => gone.first <= span.first && span.beyond <= gone.beyond),
    );
    const spans = this.#taker.noteLost(first < size ? joined([...lost, { first, beyond: size }]) : lost);
    return { lost, spans };
  }

  /** The last tile is not full: what is known of it stands below its root, also when its records go one day. */
  #keepTail(size: number): void {
    const { base, mark } = this.#parts;
    const keepAll = (first: number, beyond: number, hashes: readonly Uint8Array[]) => {
      for (const [place, { level, index }] of subtreesOf(first, beyond).entries()) {
        const hash = hashes[place];
        if (hash) this.kept(level, index, hash);
      }
    };
    keepAll(0, size, base.range.hashes);
    // Each start compares the mark's root.
    if (mark?.tip) keepAll(0, mark.size, mark.tip.range);
    const end = Math.ceil(size / TILE_WIDTH) * TILE_WIDTH;
    const voids = { node: (level: number) => foldHashes(new Array(2 ** level).fill(voidLeafHash)) };
    keepAll(size, end, subtreeHashes(size, end, voids));
    for (const [sequence, hash] of this.#taker.leafHashes(end - TILE_WIDTH, size))
      this.kept(0, sequence, hash);
  }

  /** Leaves the report to whoever starts the log. */
  report(report: PendingReport): void {
    this.database
      .prepare<[string, string]>(insertInto('judge_state', 'INSERT OR REPLACE'))
      .run(RECOVERY_KEY, JSON.stringify(report));
  }

  /** Ends the file: all of it is in one place, though not on the disk yet. */
  close(): void {
    this.database.exec('COMMIT');
    this.database.pragma('wal_checkpoint(TRUNCATE)');
    this.database.close();
  }
}

/** The root of a base as people compare it. */
export const rootOf = ({ range }: LogBase): string => toHex(range.root());
