// A read-only connection to the journal for everything but the writer: publishing, status, export.

import { readAggregateProof } from './aggregate-proofs.js';
import { type AnchorStages, readAnchorStages } from './anchor-stages.js';
import { BatchRows, type StoredBatch } from './batch-rows.js';
import { CorrectedTimes } from './corrected-times.js';
import { type JournalDatabase, openDatabase } from './database.js';
import { readIdentity } from './identity.js';
import { JournalError } from './journal-error.js';
import { LedgerRows, type StoredHead, type StoredInclusion, type StoredProblem } from './ledger-rows.js';
import { LogReader } from './log-reader.js';
import { type AcceptedRequest, acceptedRequests } from './request-rows.js';
import { SerialsReader } from './serials-rows.js';
import { type ShipmentName, ShipmentRows, type StoredShipment } from './shipment-rows.js';
import { SideRows } from './side-rows.js';
import { lostBehindEnd, refuseShortenedLog } from './standing-disk.js';
import { TagProofReader } from './tag-proof-rows.js';
import { commitsCutOff } from './wal-chain.js';

export class JournalReader {
  readonly gateway: Uint8Array;
  readonly log: LogReader;
  /** When records were made. */
  readonly times: CorrectedTimes;
  /** What is known of packs. */
  readonly serials: SerialsReader;
  readonly tagProofs: TagProofReader;
  readonly #database: JournalDatabase;
  readonly #shipments: ShipmentRows;
  readonly #side: SideRows;
  readonly #batches: BatchRows;
  readonly #ledger: LedgerRows;
  readonly #path: string;

  /** @throws JournalError JOURNAL_ABSENT if no gateway has written it yet, and as `openDatabase` */
  constructor(path: string) {
    this.#path = path;
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
    this.times = new CorrectedTimes(this.log);
    this.#shipments = new ShipmentRows(this.#database, this.log);
    this.#side = new SideRows(this.#database);
    this.#batches = new BatchRows(this.#database);
    this.#ledger = new LedgerRows(this.#database);
    this.serials = new SerialsReader(this.#database);
    this.tagProofs = new TagProofReader(this.#database);
  }

  /** Records that were confirmed and are gone from the end of the log, at least. */
  lostRecords(): number {
    return lostBehindEnd(this.#path, () => this.#size());
  }

  /** @throws JournalError JOURNAL_DAMAGED if records are gone from the end of the log */
  refuseShortened(): void {
    refuseShortenedLog(this.#path, () => this.#size());
  }

  #size(): number {
    return this.log.latestCheckpoint()?.size ?? 0;
  }

  /** All judge states, key to JSON text. @throws JournalError JOURNAL_DAMAGED, as all that read states and cursors */
  judgeStates(): Map<string, string> {
    return new Map(this.judgeStatesOf(''));
  }

  /** One judge state; undefined if there is none. */
  judgeState(key: string): string | undefined {
    return this.#side.state(key);
  }

  /** The judge states whose key begins with `prefix` (ASCII), by key. */
  judgeStatesOf(prefix: string): [key: string, value: string][] {
    return this.#side.statesOf(prefix);
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
    return this.#side.cursor(sink);
  }

  /** Records that `sink` has acknowledged. */
  cursor(sink: string): number {
    return this.knownCursor(sink) ?? 0;
  }

  /** All shipments by name, with what their hash is made of; unchecked, which the hash is for. */
  shipmentNames(): ShipmentName[] {
    return this.#shipments.names();
  }

  /** Names as people gave them: the row without one salts the subjects of records of no shipment. */
  namedShipments(): string[] {
    return this.shipmentNames().flatMap(({ name }) => (name === '' ? [] : [name]));
  }

  /** @throws JournalError JOURNAL_DAMAGED, as the next */
  shipment(name: string): StoredShipment | undefined {
    return this.#shipments.get(name);
  }

  shipments(): StoredShipment[] {
    return this.#shipments.all();
  }

  /** The newest batch header of a ledger domain. @throws JournalError JOURNAL_DAMAGED, as the next two */
  latestBatch(chainId: number, contract: Uint8Array): StoredBatch | undefined {
    return this.#batches.latest(chainId, contract);
  }

  batch(chainId: number, contract: Uint8Array, seq: number): StoredBatch | undefined {
    return this.#batches.at(chainId, contract, seq);
  }

  /** The first header that covers the record at `sequence`. */
  batchCovering(chainId: number, contract: Uint8Array, sequence: number): StoredBatch | undefined {
    return this.#batches.covering(chainId, contract, sequence);
  }

  /** What shows that a header stands under a published root, where a relay aggregates. */
  aggregateProof(chainId: number, contract: Uint8Array, seq: number) {
    return readAggregateProof(this.#database, chainId, contract, seq);
  }

  /** What the ledger-sync role last read from the contract; undefined if it is not known, or not what was written. */
  ledgerHead(chainId: number, contract: Uint8Array): StoredHead | undefined {
    return this.#ledger.head(chainId, contract);
  }

  /** How far the headers of a ledger domain have come. */
  anchorStages(chainId: number, contract: Uint8Array): AnchorStages {
    return readAnchorStages(this.#database, chainId, contract);
  }

  /** The inclusion that carried the header `seq`. */
  inclusion(chainId: number, contract: Uint8Array, seq: number): StoredInclusion | undefined {
    return this.#ledger.inclusion(chainId, contract, seq);
  }

  /** What of the ledger side's rows, or of some of its tables, is not what was written, or is not seen. */
  ledgerDamage(tables?: Parameters<LedgerRows['damage']>[0]): JournalError[] {
    const damage = this.#ledger.damage(tables);
    const cutOff = commitsCutOff(this.#path);
    if (cutOff === 0) return damage;
    const what = `${cutOff} commits lie behind a damaged place of ${this.#path}-wal`;
    return [
      new JournalError('JOURNAL_DAMAGED', what, 'start the gateway role: it brings them back'),
      ...damage,
    ];
  }

  /** What people have asked and was carried out, the oldest first. */
  acceptedRequests(): AcceptedRequest[] {
    return acceptedRequests(this.#database);
  }

  /** Readable names of all that records are about. */
  subjectNames(): string[] {
    return this.#database
      .prepare<[], string>('SELECT DISTINCT CAST(name AS TEXT) FROM subjects')
      .pluck()
      .all();
  }

  problems(): StoredProblem[] {
    return this.#ledger.problems();
  }

  close(): void {
    this.#database.close();
  }
}
