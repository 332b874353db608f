// The one writer of the log: numbers, encodes, hashes and appends a group of drafts, signs ONE checkpoint and
// makes all of it durable in one transaction (PROTOCOL.md, log and checkpoint). Synchronous on purpose: it
// lives in a thread of its own, where a slow card stops nobody else.

import { randomBytes } from 'node:crypto';
import {
  type BatchHeader,
  batchFlags,
  headOf,
  packMeta,
  signBatch,
} from '../../ledger-sync/evidence/batch.js';
import { type SignedCheckpoint, signCheckpoint } from '../../ledger-sync/evidence/checkpoint.js';
import type { CompactRange } from '../../ledger-sync/evidence/compact-range.js';
import { canonicalJson, detailHash } from '../../ledger-sync/evidence/jcs.js';
import { leafHash } from '../../ledger-sync/evidence/merkle.js';
import { type EvidenceRecord, encodeRecord } from '../../ledger-sync/evidence/record.js';
import type { Signer } from '../../ledger-sync/evidence/signer.js';
import { isIndexed } from '../journal/alert-index.js';
import {
  type BatchSummary,
  emptySummary,
  encodeSummary,
  isEmptySummary,
  withRecord,
} from '../journal/batch-summary.js';
import type { JournalDatabase } from '../journal/database.js';
import { journalError } from '../journal/journal-error.js';
import { LogReader } from '../journal/log-reader.js';
import { type LogStatements, prepareStatements } from '../journal/log-statements.js';
import { StandingDisk } from '../journal/standing-disk.js';
import { withSalt } from './detail-salt.js';
import type { BatchOrder, DetailDocument, DraftRecord, SealReceipt, SealRequest } from './draft-record.js';
import { LogEraser } from './log-eraser.js';
import { LogPruner } from './log-pruner.js';
import { readTip, type Tip } from './log-tip.js';
import { noBytes, Subjects } from './subjects.js';
import { TileBuilder } from './tile-builder.js';

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
  #tip: Tip;

  /**
   * Takes up the log where it ended; truncates nothing.
   * @throws JournalError JOURNAL_DAMAGED if the stored records do not give the signed root
   */
  constructor(options: LogWriterOptions) {
    this.#options = options;
    const { database, path } = options;
    this.#subjects = new Subjects(database);
    this.#statements = prepareStatements(database);
    const reader = new LogReader(database, options.signer.address);
    this.#tip = readTip(database, reader, path);
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

  /**
   * Makes one group durable. When it returns, the group may be published and acknowledged.
   * @throws JournalError; then nothing of the group is in the log, unless the code is FSYNC_FAILED, whose
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
    try {
      this.#options.database
        .transaction(() => {
          this.#append(request.drafts, tip);
          for (const [key, value] of request.judgeState) {
            if (value === undefined) this.#statements.forgetState.run(key);
            else this.#statements.judgeState.run(key, value);
          }
          for (const { id, outcome, draftIndex } of request.results) {
            this.#statements.outcome.run(outcome, firstSequence + draftIndex, id);
          }
          for (const [sink, size] of request.cursors) this.#statements.cursor.run(sink, size);
          batchSeq = request.batch && this.#cutBatch(request.batch, tip);
          if (request.drafts.length > 0) checkpoint = this.#signTip(tip);
          else if (batchSeq !== undefined)
            this.#statements.summary.run(encodeSummary(tip.summary), tip.range.size);
          arePrunesNoted = (request.prunes ?? []).every((order) => this.#pruner.mark(order, firstSequence));
          for (const name of request.erases ?? []) this.#eraser.mark(name, firstSequence);
          if (request.sweepRecords) isSwept = !this.#sweep(request.sweepRecords);
          else if (request.erases?.length) isSwept = false;
        })
        .immediate();
      this.#disk.confirm();
    } catch (error) {
      this.#subjects.forget();
      this.#tiles.rollBack();
      throw journalError(error, this.#options.path);
    }
    this.#tip = tip;
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

  #append(drafts: readonly DraftRecord[], tip: { range: CompactRange; summary: BatchSummary }): void {
    const spans = new Map<string, [first: number, last: number]>();
    for (const draft of drafts) {
      const sequence = tip.range.size;
      const document = this.#documentOf(draft, sequence);
      const record = this.#record(draft, sequence, document);
      const leaf = encodeRecord(record);
      const hash = leafHash(leaf);
      tip.range.append(hash);
      this.#tiles.append(hash);
      tip.summary = withRecord(tip.summary, record);
      this.#statements.record.run(sequence, leaf, document ? canonicalJson(document) : null);
      if (isIndexed(record.kind)) this.#statements.alert.run(sequence);
      if (draft.shipmentName === undefined) continue;
      const span = spans.get(draft.shipmentName);
      if (span) span[1] = sequence;
      else spans.set(draft.shipmentName, [sequence, sequence]);
    }
    for (const [name, [first, last]] of spans) this.#subjects.extend(name, first, last);
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

  #signTip(tip: Tip): SignedCheckpoint {
    const checkpoint = signCheckpoint(this.#options.signer, {
      gateway: this.#options.signer.address,
      size: tip.range.size,
      root: tip.range.root(),
      timeMs: this.#options.now(),
    });
    const { size, root, timeMs, signature } = checkpoint;
    this.#statements.checkpoint.run(size, root, timeMs, signature, encodeSummary(tip.summary));
    return checkpoint;
  }

  /** Signs a header over the whole log so far. Final: a second one for the same seq is never made. */
  #cutBatch(order: BatchOrder, tip: { range: CompactRange; summary: BatchSummary }): number | undefined {
    const { chainId, contract, seq, prev } = order;
    if (this.#statements.hasBatch.get(chainId, contract, seq) !== undefined) return undefined;
    const header: BatchHeader = {
      gateway: this.#options.signer.address,
      prev,
      root: tip.range.root(),
      meta: { ...headerSummary(tip.summary, order.flags), seq, size: tip.range.size },
    };
    const { signature } = signBatch(this.#options.signer, { chainId, verifyingContract: contract }, header);
    const meta = packMeta(header.meta);
    this.#statements.batch.run(
      chainId,
      contract,
      seq,
      tip.range.size,
      headOf(header),
      prev,
      header.root,
      meta,
      signature,
    );
    tip.summary = emptySummary;
    return seq;
  }
}

/** A header without new leaves is a heartbeat: it proves that the gateway lives and has nothing new. */
function headerSummary(summary: BatchSummary, extraFlags: number): BatchSummary {
  if (!isEmptySummary(summary)) return { ...summary, flags: summary.flags | extraFlags };
  return { ...summary, tFirstMs: 0, flags: extraFlags | batchFlags.heartbeat };
}
