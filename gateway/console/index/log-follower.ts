// Follows the log: takes what is new, proven against the signed tree, into the index, and passes it on to whoever shows what
// happens now. A page of records at a time, so that nobody who asks meanwhile waits for long.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { decodeRecord, type EvidenceRecord, recordKinds } from '../../../ledger-sync/evidence/record.js';
import { diskSpace } from '../../journal/disk-space.js';
import { JournalError } from '../../journal/journal-error.js';
import type { JournalReader } from '../../journal/journal-reader.js';
import { LogPager } from '../../publish/log-page.js';
import { emptyIndex, hasUnplaced, type IndexConnection } from './index-database.js';
import type { IndexReader } from './index-reader.js';
import { IndexWriter } from './index-writer.js';
import { readingTimeMs } from './reading-time.js';

/** After a crash so much is read again; each commit writes some ten pages of the card. */
const COMMIT_EVERY_MS = 600_000;
const COMMIT_EVERY_RECORDS = 100_000;
/** The journal needs it more. */
const MIN_FREE_BYTES = 64 * 1_048_576;

export interface FollowerParts {
  readonly journal: JournalReader;
  readonly database: IndexConnection;
  readonly reader: IndexReader;
  /** Folder whose disk must not be filled. */
  readonly dataDir: string;
  /** Proven records, in the order of the log. */
  readonly onRecords: (records: readonly EvidenceRecord[]) => void;
  /** What keeps it from going on; undefined: nothing any more. */
  readonly onTrouble: (trouble: FollowerTrouble | undefined) => void;
  readonly now: () => number;
  /** After so many records a commit. Default 100,000. */
  readonly commitEveryRecords?: number;
}

export interface FollowerTrouble {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export class LogFollower {
  readonly #parts: FollowerParts;
  #writer: IndexWriter;
  #pager: LogPager | undefined;
  #version = -1;
  #position: number;
  #uncommitted = 0;
  /** Nothing is committed since here: what lies behind waits for the time at which it was made. */
  #waitsFrom: number | undefined;
  /** Records up to here were passed on. */
  #toldTo: number;
  #committedMs: number;
  #isLooking = false;
  #isClosed = false;
  #wasTrouble = false;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
    this.#writer = new IndexWriter(parts.database);
    this.#position = parts.reader.size();
    this.#toldTo = this.#position;
    this.#committedMs = parts.now();
  }

  /** Records that the index knows. */
  get position(): number {
    return this.#position;
  }

  /** Takes what is new. Never throws: trouble is told, and the next look tries again. */
  async look(): Promise<void> {
    if (this.#isLooking || this.#isClosed) return;
    this.#isLooking = true;
    try {
      await this.#follow();
      if (this.#wasTrouble) this.#parts.onTrouble(undefined);
      this.#wasTrouble = false;
    } catch (error) {
      this.#pager = undefined;
      this.#version = -1;
      this.#wasTrouble = true;
      this.#parts.onTrouble(this.#troubleOf(error));
    } finally {
      this.#isLooking = false;
    }
  }

  /** Makes the index durable. */
  close(): void {
    this.#isClosed = true;
    // What waits for its time is read again at the next start.
    if (this.#waitsFrom === undefined) this.#writer.commit();
    else this.#writer.rollBack();
  }

  async #follow(): Promise<void> {
    const { journal, now } = this.#parts;
    const version = journal.dataVersion();
    if (version !== this.#version) {
      this.#pager ??= new LogPager(journal.log, this.#position);
      for (let page = this.#pager.next(); page && !this.#isClosed; page = this.#pager.next()) {
        const records = page.leaves.map((leaf) => journal.times.placed(decodeRecord(leaf)));
        this.#requireSpace();
        if (this.#mustGoBack(records)) {
          this.#pager = new LogPager(journal.log, this.#position);
          continue;
        }
        const isWaiting = records.some(({ clockTrust }) => clockTrust === 0);
        if (isWaiting && this.#waitsFrom === undefined) {
          this.#commit();
          this.#waitsFrom = this.#position;
        }
        const timeOf = (record: EvidenceRecord) => readingTimeMs(journal.log, record);
        this.#writer.take(records, timeOf, this.#pager.position, page.checkpoint.root);
        this.#position = this.#pager.position;
        this.#uncommitted += records.length;
        this.#tell(records);
        if (this.#uncommitted >= (this.#parts.commitEveryRecords ?? COMMIT_EVERY_RECORDS)) this.#commit();
        await nextTurn();
      }
      this.#version = version;
    }
    const isDue = this.#uncommitted > 0 && now() - this.#committedMs >= COMMIT_EVERY_MS;
    if (isDue && this.#waitsFrom === undefined) this.#commit();
  }

  /**
   * Whether the time of a boot has become known of which records lie in the index by another: what is not committed is taken
   * back, or all of it is made anew.
   */
  #mustGoBack(records: readonly EvidenceRecord[]): boolean {
    const { database, reader, journal } = this.#parts;
    // A reference that does not prove itself places nothing, however often one goes back.
    const boots = records.flatMap(({ kind, bootCount }) =>
      kind === recordKinds.timeReference && journal.times.isKnown(bootCount) ? [bootCount] : [],
    );
    if (!boots.some((bootCount) => hasUnplaced(database, bootCount))) return false;
    this.#writer.rollBack();
    if (boots.some((bootCount) => hasUnplaced(database, bootCount))) emptyIndex(database);
    this.#writer = new IndexWriter(database);
    this.#position = reader.size();
    this.#uncommitted = 0;
    this.#waitsFrom = undefined;
    return true;
  }

  /** Nobody hears of a record twice. */
  #tell(records: readonly EvidenceRecord[]): void {
    const fresh = records.filter(({ sequence }) => sequence >= this.#toldTo);
    this.#toldTo = Math.max(this.#toldTo, this.#position);
    if (fresh.length > 0) this.#parts.onRecords(fresh);
  }

  #commit(): void {
    this.#writer.commit();
    this.#uncommitted = 0;
    this.#waitsFrom = undefined;
    this.#committedMs = this.#parts.now();
  }

  #requireSpace(): void {
    if (diskSpace(this.#parts.dataDir).freeBytes >= MIN_FREE_BYTES) return;
    throw new JournalError(
      'DISK_FULL',
      'the disk is nearly full: charts are not brought up to date',
      'free space on that disk',
    );
  }

  /** A broken place is passed: what comes behind it can still be shown, and publishing tells the damage. */
  #troubleOf(error: unknown): FollowerTrouble {
    if (!(error instanceof JournalError)) {
      const message = error instanceof Error ? error.message : String(error);
      return { code: 'INDEX_FAILED', message, hint: 'charts are not brought up to date; it is tried again' };
    }
    const { code, message, hint } = error;
    if (code === 'JOURNAL_DAMAGED')
      this.#position = Math.max(this.#position, this.#parts.journal.log.latestCheckpoint()?.size ?? 0);
    return { code, message, hint };
  }
}
