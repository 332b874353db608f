// From where a log goes on behind a damaged journal: the newest signed checkpoint that its own records lead to, from the mark
// beside the key on. The tree is continued, never begun anew: another leaf at a place whose root is on a ledger is what a
// fraud proof shows (PROTOCOL.md section 7), and the gateway would be stopped for ever.

import { equalBytes } from '../../ledger-sync/evidence/bytes.js';
import { type SignedCheckpoint, verifyCheckpoint } from '../../ledger-sync/evidence/checkpoint.js';
import { CompactRange } from '../../ledger-sync/evidence/compact-range.js';
import { leafHash } from '../../ledger-sync/evidence/merkle.js';
import { compactRangeAt } from '../../ledger-sync/evidence/node-reader.js';
import { decodeRecord } from '../../ledger-sync/evidence/record.js';
import {
  type BatchSummary,
  decodeSummary,
  emptySummary,
  encodeSummary,
  summaryBytesOf,
  withRecord,
} from '../journal/batch-summary.js';
import { type CheckpointRow, CheckpointRows } from '../journal/checkpoint-rows.js';
import type { JournalDatabase } from '../journal/database.js';
import { LogReader } from '../journal/log-reader.js';
import { readSummary } from '../journal/stored-summary.js';
import type { KeyMark } from '../sealing/key-mark.js';
import { type OldRows, tried } from './old-rows.js';

/** Far above what one commit holds; more is a number that was changed. */
const MAX_COMMIT_RECORDS = 65_536;
/** Checkpoints that are looked at for one that is signed. */
const MAX_TRIED = 100;

export interface LogBase {
  readonly range: CompactRange;
  /** `encodeSummary` of the leaves since the newest header. */
  readonly summary: Uint8Array;
  /** Where the newest root was found. */
  readonly source: 'journal' | 'mark';
  /** Of the greatest checkpoint that is signed, whether its records are there or not; the base's at least. */
  readonly signedSize: number;
}

interface OldCheckpoint extends SignedCheckpoint {
  readonly summary: Uint8Array;
}

class OldCheckpoints {
  readonly #gateway: Uint8Array;
  readonly #rows: CheckpointRows;
  readonly #header;

  constructor(database: JournalDatabase, gateway: Uint8Array) {
    this.#gateway = gateway;
    this.#rows = new CheckpointRows(database);
    this.#header = database.prepare<[number]>('SELECT 1 FROM batches WHERE size = ?');
  }

  after(size: number): OldCheckpoint | undefined {
    return this.#signed(tried(() => this.#rows.covering(size)));
  }

  /** Whether a header over just so many records was cut. */
  hasHeader(size: number): boolean {
    return tried(() => this.#header.get(size)) !== undefined;
  }

  newestSigned(): OldCheckpoint | undefined {
    let below = Number.MAX_SAFE_INTEGER - 1;
    for (let back = 0; back < MAX_TRIED; back++) {
      const row = tried(() => this.#rows.within(0, below));
      const signed = this.#signed(row);
      if (!row || signed) return signed;
      below = row.size - 1;
    }
    return undefined;
  }

  #signed(row: CheckpointRow | undefined): OldCheckpoint | undefined {
    if (!row) return undefined;
    const { time_ms: timeMs, ...others } = row;
    const checkpoint = { ...others, timeMs, gateway: this.#gateway };
    return tried(() => verifyCheckpoint(checkpoint)) ? checkpoint : undefined;
  }
}

/** undefined if neither the mark nor the journal tells what was signed. */
export function findBase(
  old: { readonly rows: OldRows; readonly database: JournalDatabase } | undefined,
  mark: KeyMark | undefined,
  gateway: Uint8Array,
): LogBase | undefined {
  const checkpoints = old && tried(() => new OldCheckpoints(old.database, gateway));
  const newest = checkpoints?.newestSigned();
  const start = (mark && baseOfMark(mark)) ?? (old && newest && baseOfJournal(old.database, newest));
  if (!start || !old || !checkpoints) return start;
  const base = advance(start, old.rows, checkpoints);
  return { ...base, signedSize: Math.max(base.range.size, newest?.size ?? 0) };
}

function baseOfMark({ size, tip }: KeyMark): LogBase | undefined {
  if (!tip) return undefined;
  return {
    range: CompactRange.of(size, tip.range),
    ...{ summary: tip.summary, source: 'mark', signedSize: size },
  };
}

function baseOfJournal(database: JournalDatabase, newest: OldCheckpoint): LogBase | undefined {
  const { size, root, gateway } = newest;
  const found = tried(() => {
    const log = new LogReader(database, gateway);
    return { range: compactRangeAt(size, log), summary: encodeSummary(readSummary(database, log, size)) };
  });
  if (!found || !equalBytes(found.range.root(), root)) return undefined;
  return { ...found, source: 'journal', signedSize: size };
}

/** Commit by commit, as far as records lead to signed roots. */
function advance(start: LogBase, rows: OldRows, checkpoints: OldCheckpoints): LogBase {
  let base = start;
  for (;;) {
    const { size } = base.range;
    const next = checkpoints.after(size);
    if (!next || next.size - size > MAX_COMMIT_RECORDS) return base;
    const range = base.range.clone();
    const leaves = rows.records(size, next.size).map(({ leaf }) => leaf);
    for (const leaf of leaves) range.append(leafHash(leaf));
    if (range.size !== next.size || !equalBytes(range.root(), next.root)) return base;
    const summary = summaryBytesOf(next.size, next.summary) ?? summaryBehind(base, leaves, next, checkpoints);
    base = { ...base, range, summary, source: 'journal' };
  }
}

/** Of a commit whose own summary is not what was written: a header that was cut with it begins anew. */
function summaryBehind(
  base: LogBase,
  leaves: readonly Uint8Array[],
  { size }: OldCheckpoint,
  checkpoints: OldCheckpoints,
): Uint8Array {
  if (checkpoints.hasHeader(size)) return encodeSummary(emptySummary);
  const start: BatchSummary = decodeSummary(base.summary);
  return encodeSummary(leaves.reduce((summary, leaf) => withRecord(summary, decodeRecord(leaf)), start));
}
