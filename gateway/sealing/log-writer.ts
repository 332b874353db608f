// The one writer of the log: numbers, encodes, hashes and appends a group of drafts, signs ONE checkpoint and
// makes all of it durable in one transaction (PROTOCOL.md, log and checkpoint). Synchronous on purpose: it
// lives in a thread of its own, where a slow card stops nobody else.

import { randomBytes } from 'node:crypto';
import { type SignedCheckpoint, signCheckpoint } from '../../ledger-sync/evidence/checkpoint.js';
import type { CompactRange } from '../../ledger-sync/evidence/compact-range.js';
import { canonicalJson, detailHash } from '../../ledger-sync/evidence/jcs.js';
import { leafHash } from '../../ledger-sync/evidence/merkle.js';
import { type EvidenceRecord, encodeRecord, recordKinds } from '../../ledger-sync/evidence/record.js';
import type { Signer } from '../../ledger-sync/evidence/signer.js';
import { isIndexed } from '../journal/alert-index.js';
import {
  type BatchSummary,
  checkedSummary,
  emptySummary,
  encodeSummary,
  withRecord,
} from '../journal/batch-summary.js';
import type { JournalDatabase } from '../journal/database.js';
import { journalError } from '../journal/journal-error.js';
import { LogReader } from '../journal/log-reader.js';
import { type LogStatements, prepareStatements } from '../journal/log-statements.js';
import { StandingDisk } from '../journal/standing-disk.js';
import { withSalt } from './detail-salt.js';
import type { DetailDocument, DraftRecord, SealReceipt, SealRequest } from './draft-record.js';
import { HeaderSigner } from './header-signer.js';
import { KeyError } from './key-error.js';
import type { MarkedTip } from './key-mark.js';
import { LogEraser } from './log-eraser.js';
import { LogPruner } from './log-pruner.js';
import { readTip, type Tip } from './log-tip.js';
import { noBytes, Subjects } from './subjects.js';
import { TileBuilder } from './tile-builder.js';

type StoredRecord = [sequence: number, leaf: Uint8Array, detail: string | null];

export interface LogWriterOptions {
  readonly database: JournalDatabase;
  readonly path: string;
  readonly signer: Signer;
  readonly now: () => number;
  /** Tests that compare two logs: the salt of a document by its place. Random otherwise. */
  readonly saltAt?: (sequence: number) => Uint8Array;
}

export class LogWriter {
  readonly #options: LogWriterOptions;
  readonly #subjects: Subjects;
  readonly #tiles: TileBuilder;
  readonly #disk: StandingDisk;
  readonly #pruner: LogPruner;
  readonly #eraser: LogEraser;
  readonly #statements: LogStatements;
  readonly #headers: HeaderSigner;
  #tip: Tip;

  /**
   * Takes up the log where it ended; truncates nothing.
   * @throws JournalError JOURNAL_DAMAGED if the stored records do not give the signed root
   */
  constructor(options: LogWriterOptions) {
    this.#options = options;
    const { database, path } = options;
    this.#statements = prepareStatements(database);
    this.#headers = new HeaderSigner(this.#statements, options.signer);
    const reader = new LogReader(database, options.signer.address);
    this.#tip = readTip(database, reader, path);
    this.#subjects = new Subjects(database, reader);
    this.#tiles = new TileBuilder(database, reader, this.#tip.range.size);
    this.#disk = new StandingDisk(path);
    this.#pruner = new LogPruner(database);
    this.#eraser = new LogEraser(database);
  }

  /** Records in the log. */
  get size(): number {
    return this.#tip.range.size;
  }

  /** Root of the log now; what the next checkpoint extends. */
  root(): Uint8Array {
    return this.#tip.range.root();
  }

  /** All that is needed to take the log up from here without the journal. */
  tip(): MarkedTip {
    const { range, summary } = this.#tip;
    return {
      range: range.hashes,
      summary: encodeSummary(summary),
      roots: this.#tiles.recentRoots(),
      headers: this.#headers.newest().map(({ chain_id: chainId, ...header }) => ({ ...header, chainId })),
    };
  }

  /**
   * Makes one group durable. When it returns, the group may be published and acknowledged.
   * @throws KeyError if a token does not sign, and JournalError; then nothing of the group is in the log, unless the code is FSYNC_FAILED, whose
   *   outcome only a restart can tell
   */
  seal(request: SealRequest): SealReceipt {
    const tip: { range: CompactRange; summary: BatchSummary } = {
      range: this.#tip.range.clone(),
      summary: this.#tip.summary,
    };
    const firstSequence = tip.range.size;
    let batchSeq: number | undefined;
    let checkpoint: SignedCheckpoint | undefined;
    let isSwept: boolean | undefined;
    let arePrunesNoted = true;
    this.#tiles.begin();
    this.#subjects.begin();
    try {
      this.#options.database
        .transaction(() => {
          const last = this.#append(request.drafts, tip);
          for (const [key, value] of request.judgeState) {
            if (value === undefined) this.#statements.forgetState.run(key);
            else this.#statements.judgeState.run(key, value);
          }
          for (const { id, outcome, draftIndex } of request.results) {
            const sequence = firstSequence + draftIndex;
            this.#statements.outcome.run(outcome, sequence, outcome, sequence, id);
          }
          for (const [sink, size] of request.cursors) this.#statements.cursor.run(sink, size);
          batchSeq = request.batch && this.#headers.sign(request.batch, tip);
          if (batchSeq !== undefined) tip.summary = emptySummary;
          if (last) checkpoint = this.#signTip(tip, last);
          else if (batchSeq !== undefined) this.#saveSummary(tip);
          arePrunesNoted = (request.prunes ?? []).every((order) => this.#pruner.mark(order, firstSequence));
          for (const name of request.erases ?? []) this.#eraser.mark(name, firstSequence);
          if (request.sweepRecords) isSwept = !this.#sweep(request.sweepRecords);
          else if (request.erases?.length) isSwept = false;
        })
        .immediate();
      this.#disk.confirm(tip.range.size);
    } catch (error) {
      this.#subjects.rollBack();
      this.#tiles.rollBack();
      throw error instanceof KeyError ? error : journalError(error, this.#options.path);
    }
    this.#tip = tip;
    if (request.batch && batchSeq !== undefined) this.#headers.signed(request.batch);
    if (request.erases?.length) this.#subjects.forget();
    return {
      firstSequence,
      size: tip.range.size,
      root: tip.range.root(),
      checkpoint,
      batchSeq,
      isSwept,
      arePrunesNoted,
    };
  }

  /** @returns whether there is more */
  #sweep(records: number): boolean {
    const isMore = this.#pruner.sweep(records);
    return this.#eraser.sweep(records) || isMore;
  }

  /** Ends the watch over the disk; the database is closed by whoever opened it. */
  close(): void {
    this.#disk.close();
  }

  /** @returns the last one, which is stored with its checkpoint: a row that grows would break its page in two */
  #append(
    drafts: readonly DraftRecord[],
    tip: { range: CompactRange; summary: BatchSummary },
  ): StoredRecord | undefined {
    const spans = new Map<string, [first: number, last: number]>();
    let last: StoredRecord | undefined;
    for (const draft of drafts) {
      const sequence = tip.range.size;
      const document = this.#documentOf(draft, sequence);
      const record = this.#record(draft, sequence, document);
      const leaf = encodeRecord(record);
      const hash = leafHash(leaf);
      tip.range.append(hash);
      this.#tiles.append(hash);
      tip.summary = withRecord(tip.summary, record);
      if (last) this.#statements.record.run(...last);
      last = [sequence, leaf, document ? canonicalJson(document) : null];
      if (isIndexed(record.kind)) this.#statements.alert.run(sequence);
      if (record.kind === recordKinds.timeReference) this.#statements.timeReference.run(sequence);
      if (draft.shipmentName === undefined) continue;
      const span = spans.get(draft.shipmentName);
      if (span) span[1] = sequence;
      else spans.set(draft.shipmentName, [sequence, sequence]);
    }
    for (const [name, [first, end]] of spans) this.#subjects.extend(name, first, end);
    this.#subjects.noteEnds(tip.range.size - drafts.length, tip.range.size);
    return last;
  }

  #documentOf({ kind, detail }: DraftRecord, sequence: number): DetailDocument | undefined {
    return detail && withSalt(kind, detail, () => this.#options.saltAt?.(sequence) ?? randomBytes(16));
  }

  #record(draft: DraftRecord, sequence: number, document?: DetailDocument): EvidenceRecord {
    return {
      version: 1,
      gateway: this.#options.signer.address,
      sequence,
      observedAtMs: draft.observedAtMs,
      bootCount: draft.bootCount,
      uptimeMs: draft.uptimeMs,
      clockTrust: draft.clockTrust,
      kind: draft.kind,
      subject: this.#subjects.subject(draft.subjectName, draft.shipmentName, draft.isSalted),
      value: draft.value,
      quality: draft.quality,
      shipment: this.#subjects.shipment(draft.shipmentName),
      detail: document ? detailHash(document) : noBytes,
    };
  }

  #signTip(tip: Tip, last: StoredRecord): SignedCheckpoint {
    const checkpoint = signCheckpoint(this.#options.signer, {
      gateway: this.#options.signer.address,
      size: tip.range.size,
      root: tip.range.root(),
      timeMs: this.#options.now(),
    });
    const { size, root, timeMs, signature } = checkpoint;
    const summary = checkedSummary(size, tip.summary);
    this.#statements.lastRecord.run(...last, root, timeMs, signature, summary);
    return checkpoint;
  }

  /** A header was cut, and nothing added. */
  #saveSummary({ range: { size }, summary }: Tip): void {
    const { summaryBeside, summaryApart } = this.#statements;
    for (const place of [summaryBeside, summaryApart]) place.run(checkedSummary(size, summary), size);
  }
}
