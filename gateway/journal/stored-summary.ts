// The summary behind the newest checkpoint, for the next header. One that is not what was written is made again from the leaves
// behind the newest one that is, or behind the newest header.

import { decodeRecord } from '../../ledger-sync/evidence/record.js';
import {
  type BatchSummary,
  decodeSummary,
  emptySummary,
  summaryBytesOf,
  withRecord,
} from './batch-summary.js';
import { CheckpointRows } from './checkpoint-rows.js';
import type { JournalDatabase } from './database.js';
import type { LogReader } from './log-reader.js';

/** Checkpoints of a layout without checks have none that could be believed: then the leaves must tell. */
const MAX_TRIED = 100;
const PAGE_LEAVES = 1024;

interface Known {
  readonly size: number;
  readonly summary: BatchSummary;
}

/** @param size of the newest checkpoint. @throws EvidenceError if a leaf that is needed cannot be read */
export function readSummary(database: JournalDatabase, log: LogReader, size: number): BatchSummary {
  const known = newestKnown(database, size);
  let { summary } = known;
  for (let at = known.size; at < size; ) {
    const leaves = log.stored(at, size, PAGE_LEAVES);
    for (const { leaf } of leaves) summary = withRecord(summary, decodeRecord(leaf));
    at = (leaves.at(-1)?.sequence ?? size) + 1;
  }
  return summary;
}

function newestKnown(database: JournalDatabase, size: number): Known {
  const header = database.prepare<[], number | null>('SELECT max(size) FROM batches').pluck().get() ?? 0;
  const checkpoints = new CheckpointRows(database);
  let below = size;
  for (let tried = 0; tried < MAX_TRIED; tried++) {
    const row = checkpoints.within(0, below);
    if (!row) return { size: header, summary: emptySummary };
    const bytes = summaryBytesOf(row.size, row.summary);
    if (bytes) return { size: row.size, summary: decodeSummary(bytes) };
    if (row.size <= header) break;
    below = row.size - 1;
  }
  return { size: header, summary: emptySummary };
}
