// Follows the log: takes what is new, proven against the signed tree, into the index, and passes it on to whoever shows what
// happens now. A page of records at a time, so that nobody who asks meanwhile waits for long.

import { statfsSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { decodeRecord, type EvidenceRecord } from '../../../ledger-sync/evidence/record.js';
import { JournalError } from '../../journal/journal-error.js';
import type { JournalReader } from '../../journal/journal-reader.js';
import { LogPager } from '../../publish/log-page.js';
import type { IndexConnection } from './index-database.js';
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
}

export interface FollowerTrouble {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export class LogFollower {
  readonly #parts: FollowerParts;
  readonly #writer: IndexWriter;
  #pager: LogPager | undefined;
  #version = -1;
  #position: number;
  #uncommitted = 0;
  #committedMs: number;
  #isLooking = false;
  #isClosed = false;
  #wasTrouble = false;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
    this.#writer = new IndexWriter(parts.database);
    this.#position = parts.reader.size();
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
    this.#writer.commit();
  }

  async #follow(): Promise<void> {
    const { journal, now } = this.#parts;
    const version = journal.dataVersion();
    if (version !== this.#version) {
      this.#pager ??= new LogPager(journal.log, this.#position);
      for (let page = this.#pager.next(); page && !this.#isClosed; page = this.#pager.next()) {
        const records = page.leaves.map(decodeRecord);
        this.#requireSpace();
        const timeOf = (record: EvidenceRecord) => readingTimeMs(journal.log, record);
        this.#writer.take(records, timeOf, this.#pager.position, page.checkpoint.root);
        this.#position = this.#pager.position;
        this.#uncommitted += records.length;
        this.#parts.onRecords(records);
        if (this.#uncommitted >= COMMIT_EVERY_RECORDS) this.#commit();
        await nextTurn();
      }
      this.#version = version;
    }
    if (this.#uncommitted > 0 && now() - this.#committedMs >= COMMIT_EVERY_MS) this.#commit();
  }

  #commit(): void {
    this.#writer.commit();
    this.#uncommitted = 0;
    this.#committedMs = this.#parts.now();
  }

  #requireSpace(): void {
    const { bavail, bsize } = statfsSync(this.#parts.dataDir);
    if (bavail * bsize >= MIN_FREE_BYTES) return;
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
