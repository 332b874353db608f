// The end of the log as a start finds it: checked against the last signed checkpoint before anything is added.
// Leaves under a full tile are checked when they are read, by whoever passes them on.

import { type SignedCheckpoint, verifyCheckpoint } from '../../ledger-sync/evidence/checkpoint.js';
import type { CompactRange } from '../../ledger-sync/evidence/compact-range.js';
import { compactRangeAt } from '../../ledger-sync/evidence/node-reader.js';
import { type BatchSummary, emptySummary } from '../journal/batch-summary.js';
import { asDamage } from '../journal/damage.js';
import type { JournalDatabase } from '../journal/database.js';
import { JournalError } from '../journal/journal-error.js';
import type { LogReader } from '../journal/log-reader.js';
import { readSummary } from '../journal/stored-summary.js';

/** The parts of the log's end that a commit replaces as one. */
export interface Tip {
  readonly range: CompactRange;
  readonly summary: BatchSummary;
}

const hint = 'keep the file as it is, copy it aside, and ask for recovery; nothing was changed';

function damaged(path: string, what: string): JournalError {
  return new JournalError('JOURNAL_DAMAGED', `${path}: ${what}`, hint);
}

/**
 * Takes up the log where it ended.
 * @throws JournalError JOURNAL_DAMAGED if the stored records do not give the signed root
 */
export function readTip(database: JournalDatabase, reader: LogReader, path: string): Tip {
  try {
    return checkedTip(database, reader, path);
  } catch (error) {
    throw asDamage(error, path, hint);
  }
}

function checkedTip(database: JournalDatabase, reader: LogReader, path: string): Tip {
  const last = reader.latestCheckpoint();
  const size = last?.size ?? 0;
  const highest =
    database.prepare<[], number | null>('SELECT max(sequence) FROM records').pluck().get() ?? -1;
  // A commit is whole or not at all, so a record without its checkpoint is a checkpoint that was lost.
  if (highest >= size)
    throw damaged(path, `record ${highest} is behind the last checkpoint, of size ${size}`);
  const range = compactRangeAt(size, reader);
  if (!last) return { range, summary: emptySummary };
  requireSigned(last, range, path);
  return { range, summary: readSummary(database, reader, size) };
}

function requireSigned(last: SignedCheckpoint, range: CompactRange, path: string): void {
  if (Buffer.compare(range.root(), last.root) !== 0) {
    throw damaged(path, `the ${last.size} records do not give the root of their last checkpoint`);
  }
  if (!verifyCheckpoint(last))
    throw damaged(path, `the checkpoint of ${last.size} records was not signed so`);
}
