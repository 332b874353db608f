// Takes the next run of records from the journal, checked against the tree: SQLite notices almost no bit rot,
// so every leaf must lead to the signed root before anybody sees it.

import { type SignedCheckpoint, verifyCheckpoint } from '../../ledger-sync/evidence/checkpoint.js';
import type { CompactRange } from '../../ledger-sync/evidence/compact-range.js';
import { leafHash } from '../../ledger-sync/evidence/merkle.js';
import { compactRangeAt } from '../../ledger-sync/evidence/node-reader.js';
import { decodeRecord, type EvidenceRecord } from '../../ledger-sync/evidence/record.js';
import { asDamage } from '../journal/damage.js';
import { JournalError } from '../journal/journal-error.js';
import type { LogReader } from '../journal/log-reader.js';
import { OwnCheckpoints } from './own-checkpoints.js';
import { type RecentPages, SHARED_PAGE_RECORDS } from './recent-pages.js';

/** A page ends at a checkpoint; a commit has at most 1024 records, so one always fits. */
const MAX_PAGE_RECORDS = 1024;

const hint =
  'the card has lost data: keep the file, copy it aside, replace the card; nothing of this was published';

/** Consecutive records with all that a stranger needs to check them. */
export interface LogPage {
  readonly firstSequence: number;
  readonly leaves: readonly Uint8Array[];
  /** What they say. */
  readonly records: readonly EvidenceRecord[];
  /** The compact range of the log before the first record. */
  readonly rangeBefore: readonly Uint8Array[];
  readonly checkpoint: SignedCheckpoint;
  /** The records from there to the first one were deleted by rule, and never come. */
  readonly prunedFrom?: number;
}

/** With the range of the log behind its records, which is never changed. */
export interface ProvenPage extends LogPage {
  readonly rangeAfter: CompactRange;
}

/** Records are decoded once, when somebody first asks for them. */
function provenPage(parts: Omit<ProvenPage, 'records'>): ProvenPage {
  let records: readonly EvidenceRecord[] | undefined;
  return {
    ...parts,
    get records() {
      records ??= parts.leaves.map(decodeRecord);
      return records;
    },
  };
}

/** Walks the log from a cursor, page by page. */
export class LogPager {
  readonly #log: LogReader;
  readonly #own: OwnCheckpoints;
  readonly #shared: RecentPages | undefined;
  #range: CompactRange;

  /**
   * @param from the number of records that were taken before; inside a gap it begins with the gap
   * @param own checkpoints whose signatures need no check, because this process made them
   * @param shared what others have just proven of this log
   * @throws JournalError JOURNAL_DAMAGED if what is stored before them cannot be read
   */
  constructor(log: LogReader, from: number, own = new OwnCheckpoints(), shared?: RecentPages) {
    this.#log = log;
    this.#own = own;
    this.#shared = shared;
    try {
      // Inside a gap that came later the tree may have a hole just there.
      this.#range = compactRangeAt(log.pruned.at(from)?.first ?? from, log);
    } catch (error) {
      throw asDamage(error, `records before ${from} in the journal`, hint);
    }
  }

  /** Sequence of the next record. */
  get position(): number {
    return this.#range.size;
  }

  /**
   * The next page, or undefined at the end of the log.
   * @param maxRecords wished; a page has at least the records of one commit
   * @throws JournalError JOURNAL_DAMAGED if what is stored does not lead to the signed root
   */
  next(maxRecords = MAX_PAGE_RECORDS): LogPage | undefined {
    const first = this.#range.size;
    const shared = maxRecords <= SHARED_PAGE_RECORDS ? this.#shared : undefined;
    try {
      const known = shared?.from(first, maxRecords);
      const page = known ?? this.#log.inOneMoment(() => this.#pageFrom(first, maxRecords));
      if (!page) return undefined;
      if (!known && page.prunedFrom === undefined) shared?.keep(page);
      this.#range = page.rangeAfter;
      return page;
    } catch (error) {
      throw asDamage(error, `records from ${first} on in the journal`, hint);
    }
  }

  #pageFrom(wanted: number, maxRecords: number): ProvenPage | undefined {
    const gap = this.#log.pruned.at(wanted);
    const first = gap?.beyond ?? wanted;
    const before = gap ? compactRangeAt(first, this.#log) : this.#range;
    // The log is whole up to the next gap, which begins where a checkpoint was signed.
    const end = this.#log.pruned.nextFirst(first) ?? Number.MAX_SAFE_INTEGER;
    const checkpoint =
      this.#log.checkpointWithin(first, Math.min(first + maxRecords, end)) ??
      this.#log.checkpointCovering(first);
    if (!checkpoint || this.#own.isToCome(checkpoint)) return undefined;
    const leaves = this.#log.leaves(first, checkpoint.size - first);
    const range = before.clone();
    for (const leaf of leaves) range.append(leafHash(leaf));
    const isTrue =
      range.size === checkpoint.size &&
      Buffer.compare(range.root(), checkpoint.root) === 0 &&
      (this.#own.has(checkpoint) || verifyCheckpoint(checkpoint));
    if (!isTrue) {
      throw new JournalError(
        'JOURNAL_DAMAGED',
        `records ${first} to ${checkpoint.size - 1} in the journal are not what was signed`,
        hint,
      );
    }
    return provenPage({
      ...{ firstSequence: first, leaves, rangeBefore: [...before.hashes], checkpoint, rangeAfter: range },
      ...(gap ? { prunedFrom: gap.first } : {}),
    });
  }
}
