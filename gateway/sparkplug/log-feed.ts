// Feeds the log to the edge node from a cursor of its own: what is not the end of the log is history. Sparkplug confirms
// nothing, so the cursor only says what was handed to a connection.

import { decodeRecord, type EvidenceRecord } from '../../ledger-sync/evidence/record.js';
import type { JournalReader } from '../journal/journal-reader.js';
import type { NameOf } from '../publish/known-names.js';
import { LogPager } from '../publish/log-page.js';
import type { OwnCheckpoints } from '../publish/own-checkpoints.js';
import type { DetailOf } from '../publish/side-messages.js';

const PAGE_RECORDS = 256;
/** Pages before other work has its turn. */
const TURN_PAGES = 4;

/** `SparkplugNode`, as far as the feed needs it. */
export interface RecordTaker {
  take(
    records: readonly EvidenceRecord[],
    nameOf: NameOf,
    options: { readonly isHistorical: boolean; readonly detailOf: DetailOf },
  ): boolean;
}

export interface LogFeedOptions {
  readonly node: RecordTaker;
  readonly journal: JournalReader;
  readonly own: OwnCheckpoints;
  readonly nameOf: NameOf;
  readonly detailOf: DetailOf;
  /** Records that were told before. */
  readonly from: number;
  readonly onTold: (size: number) => void;
}

export class LogFeed {
  readonly #options: LogFeedOptions;
  #told: number;
  #pager: LogPager | undefined;

  constructor(options: LogFeedOptions) {
    this.#options = options;
    this.#told = options.from;
  }

  /** Tells what is new. @throws JournalError */
  pump(): void {
    const { journal, own, node, nameOf, detailOf, onTold } = this.#options;
    try {
      this.#pager ??= new LogPager(journal.log, this.#told, own);
      for (let turn = 0; turn < TURN_PAGES; turn += 1) {
        const page = this.#pager.next(PAGE_RECORDS);
        if (!page) return;
        const { size } = page.checkpoint;
        const isHistorical = size < (journal.log.latestCheckpoint()?.size ?? size);
        if (!node.take(page.leaves.map(decodeRecord), nameOf, { isHistorical, detailOf })) {
          // It comes again, whole, when the session or the link allows it.
          this.#pager = undefined;
          return;
        }
        this.#told = size;
        onTold(size);
      }
    } catch (error) {
      this.#pager = undefined;
      throw error;
    }
  }
}
