// Walks the log and shows records only after their leaves were found under a signed root and their words to give the
// hashes in the leaves. Commit by commit: however long the log is, a few commits are in memory. One bad place is shown
// and passed where the rest still proves itself.

import type { SignedCheckpoint } from '../../ledger-sync/evidence/checkpoint.js';
import type { CompactRange } from '../../ledger-sync/evidence/compact-range.js';
import { compactRangeAt } from '../../ledger-sync/evidence/node-reader.js';
import { decodeRecord, type EvidenceRecord, recordKinds } from '../../ledger-sync/evidence/record.js';
import { asDamage } from '../journal/damage.js';
import type { JournalReader } from '../journal/journal-reader.js';
import type { LogReader } from '../journal/log-reader.js';
import type { Span } from '../journal/pruned-spans.js';
import { type BrokenPlace, mendedCommit, misplacedLeaf, placeAt, placeOfCommit } from './broken-place.js';
import { type CheckedRecord, WordCheck } from './checked-record.js';
import { GapAccount } from './gap-account.js';
import { type Commit, commitFrom, hasRoot, isSigned, rangeOver } from './log-commit.js';

export interface WalkOptions {
  /** The first sequence that matters. */
  readonly from: number;
  /** Which records are shown and have their words checked; of all others the leaf is. */
  readonly wants: (record: EvidenceRecord) => boolean;
  /** Records under one checked signature at least. 1: every signature is checked, 2 ms each. */
  readonly recordsPerSignature: number;
}

export interface WalkEnd {
  /** The newest signed head that was verified; undefined if nothing was. */
  readonly checkpoint: SignedCheckpoint | undefined;
  readonly signatures: number;
  /** Records from here on were not verified; undefined if all were. */
  readonly stoppedAt: number | undefined;
}

export interface WalkSink {
  record(checked: CheckedRecord): void;
  broken(place: BrokenPlace): void;
  /** Records that were deleted by rule, or lost with a damaged journal, but for so many, which are shown. */
  gone?(span: Span, kept: number): void;
}

class Walk {
  readonly #journal: JournalReader;
  readonly #options: WalkOptions;
  readonly #sink: WalkSink;
  readonly #words: WordCheck;
  readonly #gaps: GapAccount;
  #range: CompactRange;
  /** Under a right root, but not under a checked signature yet. */
  #pending: EvidenceRecord[] = [];
  #unsigned: Commit | undefined;
  #unsignedRecords = 0;
  #checkpoint: SignedCheckpoint | undefined;
  #signatures = 0;
  /** The commit before was not what was signed: whether leaves or checkpoint, the next one tells. */
  #isDoubted = false;

  constructor(journal: JournalReader, options: WalkOptions, sink: WalkSink) {
    this.#journal = journal;
    this.#options = options;
    this.#sink = sink;
    this.#words = new WordCheck(journal);
    this.#gaps = new GapAccount(journal.log, (record) => this.#words.check(record));
    try {
      this.#range = compactRangeAt(options.from, journal.log);
    } catch (error) {
      throw asDamage(
        error,
        `records before ${options.from} in the journal`,
        'walk the log from its beginning',
      );
    }
  }

  run(): WalkEnd {
    let isWhole = true;
    while (isWhole) {
      const next = this.#journal.log.inOneMoment(() => this.#next());
      if (!next) break;
      isWhole = 'beyond' in next ? this.#pass(next) : this.#take(next);
    }
    isWhole =
      isWhole &&
      this.#settle() &&
      this.#areGapsTold() &&
      !this.#isDoubted &&
      !this.#hasUnsignedTail() &&
      !this.#isShortened();
    const verified = this.#checkpoint?.size ?? this.#options.from;
    return {
      checkpoint: this.#checkpoint,
      signatures: this.#signatures,
      stoppedAt: isWhole ? undefined : verified,
    };
  }

  #next(): Commit | Span | undefined {
    const { log } = this.#journal;
    const gap = log.pruned.at(this.#range.size);
    return gap ? { ...gap, first: this.#range.size } : commitFrom(log, this.#range.size);
  }

  /** The tiles lead over a gap, to the checkpoint that was signed at its end. */
  #pass(gap: Span): boolean {
    if (!this.#settle()) return false;
    const { log } = this.#journal;
    const checkpoint = log.checkpointWithin(gap.beyond - 1, gap.beyond);
    const range = rangeBehind(gap, log);
    this.#signatures += 1;
    if (!checkpoint || !range || !hasRoot(checkpoint, range) || !isSigned(checkpoint)) {
      const what = 'they are gone, and what is left of them does not lead to a signed checkpoint';
      this.#sink.broken({ firstSequence: gap.first, lastSequence: gap.beyond - 1, what });
      return false;
    }
    this.#range = range;
    this.#checkpoint = checkpoint;
    for (const kept of this.#gaps.pass(gap, checkpoint)) {
      if ('what' in kept) this.#sink.broken(kept);
      else this.#tell(kept);
    }
    return true;
  }

  /** A gap of which no signed record speaks was made by another hand. */
  #areGapsTold(): boolean {
    for (const place of this.#gaps.untold()) this.#sink.broken(place);
    for (const { gap, kept } of this.#gaps.told()) this.#sink.gone?.(gap, kept);
    return true;
  }

  /** False: neither it nor the commit before gives a signed root, or nothing behind it can. */
  #take(commit: Commit): boolean {
    const range = rangeOver(this.#range, commit);
    if (range && hasRoot(commit.checkpoint, range)) return this.#enter(commit, range, recordsOf(commit));
    // What came before must stand on its own signature: this commit may be the end of the walk.
    if (!this.#settle()) return false;
    const mended = mendedCommit(this.#journal.log, this.#range, commit);
    if (mended) {
      for (const place of mended.places) this.#sink.broken(place);
      return this.#enter(commit, mended.range, mended.records);
    }
    if (this.#isDoubted) return false;
    const misplaced = misplacedLeaf(commit);
    const { size } = commit.checkpoint;
    const what = `they do not give the root in the checkpoint of size ${size}: one of them, or it, was changed`;
    this.#sink.broken(misplaced ?? placeOfCommit(commit, what));
    if (misplaced || !range) return false;
    this.#isDoubted = true;
    this.#hold(range, recordsOf(commit));
    return true;
  }

  #enter(commit: Commit, range: CompactRange, records: readonly EvidenceRecord[]): boolean {
    this.#unsigned = commit;
    this.#hold(range, records);
    return this.#unsignedRecords < this.#options.recordsPerSignature || this.#settle();
  }

  #hold(range: CompactRange, records: readonly EvidenceRecord[]): void {
    this.#range = range;
    this.#unsignedRecords += records.length;
    this.#pending.push(...records.filter((record) => isLoss(record) || this.#options.wants(record)));
  }

  /** A record that is signed. */
  #tell(record: EvidenceRecord): void {
    this.#gaps.note(record);
    if (this.#options.wants(record)) this.#show(record);
  }

  /** Checks the newest signature, and shows what it covers. */
  #settle(): boolean {
    const commit = this.#unsigned;
    this.#unsigned = undefined;
    if (!commit) return true;
    this.#signatures += 1;
    if (!isSigned(commit.checkpoint)) {
      const { size } = commit.checkpoint;
      this.#sink.broken(
        placeOfCommit(commit, `the checkpoint of size ${size} is not signed by this gateway`),
      );
      const isSecond = this.#isDoubted;
      this.#isDoubted = true;
      return !isSecond;
    }
    this.#isDoubted = false;
    this.#checkpoint = commit.checkpoint;
    for (const record of this.#pending) this.#tell(record);
    this.#pending = [];
    this.#unsignedRecords = 0;
    return true;
  }

  #show(record: EvidenceRecord): void {
    const checked = this.#words.check(record);
    if (!('forged' in checked)) this.#sink.record(checked);
    else this.#sink.broken(placeAt(record.sequence, `${checked.forged} is not what was signed`));
  }

  /** A commit is whole or not at all, so a record without a checkpoint behind it was added by another hand. */
  #hasUnsignedTail(): boolean {
    const { log } = this.#journal;
    const { size } = this.#range;
    if (log.leaves(size, 1).length === 0 || log.checkpointCovering(size)) return false;
    this.#sink.broken(placeAt(size, 'it stands behind the last signed checkpoint'));
    return true;
  }

  /** A log that lost its end proves itself as well as a whole one. */
  #isShortened(): boolean {
    const lost = this.#journal.lostRecords();
    if (lost === 0) return false;
    const { size } = this.#range;
    const what = 'they were confirmed and are gone';
    this.#sink.broken({ firstSequence: size, lastSequence: size + lost - 1, what });
    return true;
  }
}

const recordsOf = ({ leaves }: Commit) => leaves.map(decodeRecord);

/** What was deleted is told there; needed whatever is shown. */
const isLoss = ({ kind }: EvidenceRecord) => kind === recordKinds.dataLoss;

/** The range at the end of a gap, from the tiles; undefined where they were lost. */
function rangeBehind({ beyond }: Span, log: LogReader): CompactRange | undefined {
  try {
    return compactRangeAt(beyond, log);
  } catch {
    return undefined;
  }
}

/**
 * Shows records in the order of the log, and each place that is broken.
 * @throws JournalError JOURNAL_DAMAGED if what lies before `from` cannot be read; the errors of SQLite, and of the sink
 */
export function walkLog(journal: JournalReader, options: WalkOptions, sink: WalkSink): WalkEnd {
  return new Walk(journal, options, sink).run();
}
