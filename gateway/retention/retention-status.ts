// What `coldgate status` tells of keeping and deleting: how far back the log is whole, who holds records, how long the disk lasts.

import type { Config } from '../../config/schema.js';
import { decodeRecord } from '../../ledger-sync/evidence/record.js';
import type { JournalReader } from '../journal/journal-reader.js';
import { type DiskRoom, readDiskRoom } from './disk-room.js';
import { readHolds } from './holds.js';

const MS_PER_DAY = 86_400_000;
/** A rate over less says nothing of a day. */
const LEAST_MS = 600_000;

export interface RetentionStatus {
  /** Of the first record from which on none was deleted but between what is held. */
  readonly oldestSequence: number;
  readonly oldestAt: string | undefined;
  /** In spans that are no longer whole, their events included. */
  readonly deletedRecords: number;
  /** Who holds records, the longest first, and from which on. */
  readonly holds: readonly { readonly by: string; readonly fromSequence: number }[];
  readonly disk: DiskRoom;
  /** What the log took of late; undefined while it is too young. */
  readonly bytesPerDay: number | undefined;
  /** Until less is free than is wanted, if nothing were deleted. */
  readonly daysLeft: number | undefined;
}

/** @throws what the file system throws; JournalError, SQLite's errors */
export function readRetention(config: Config, journal: JournalReader, nowMs: number): RetentionStatus {
  const { log } = journal;
  const size = log.latestCheckpoint()?.size ?? 0;
  const gone = log.pruned.all();
  const deletedRecords = gone.reduce((sum, { first, beyond }) => sum + beyond - first, 0);
  const oldestSequence = log.pruned.at(0)?.beyond ?? 0;
  const oldest = log.leaf(oldestSequence);
  const disk = readDiskRoom(config, journal);
  const perRecord = (disk.journalBytes - disk.reusableBytes) / Math.max(1, size - deletedRecords);
  const perDay = recordsPerDay(journal, oldestSequence, size);
  const bytesPerDay = perDay === undefined ? undefined : Math.round(perDay * perRecord);
  const spareBytes = Math.max(0, disk.freeBytes - disk.wantedFreeBytes);
  return {
    ...{ oldestSequence, deletedRecords, disk, bytesPerDay },
    oldestAt: oldest && new Date(decodeRecord(oldest).observedAtMs).toISOString(),
    holds: holdersOf(config, journal, nowMs),
    daysLeft: bytesPerDay ? Math.floor(spareBytes / bytesPerDay) : undefined,
  };
}

function holdersOf(config: Config, journal: JournalReader, nowMs: number): RetentionStatus['holds'] {
  const first = new Map<string, number>();
  for (const hold of readHolds({ config, journal, nowMs })) {
    first.set(hold.by, Math.min(hold.first, first.get(hold.by) ?? hold.first));
  }
  return [...first]
    .map(([by, fromSequence]) => ({ by, fromSequence }))
    .sort((a, b) => a.fromSequence - b.fromSequence || (a.by < b.by ? -1 : 1));
}

/** Over the last day, or as long as the log is whole. A clock that stepped makes it wrong for a day. */
function recordsPerDay({ log }: JournalReader, from: number, size: number): number | undefined {
  const newest = log.latestCheckpoint();
  if (!newest) return undefined;
  let low = from;
  let high = size;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const checkpoint = log.checkpointCovering(middle);
    if (checkpoint && checkpoint.timeMs < newest.timeMs - MS_PER_DAY) low = middle;
    else high = middle;
  }
  const start = log.checkpointCovering(low);
  const elapsedMs = newest.timeMs - (start?.timeMs ?? newest.timeMs);
  if (!start || elapsedMs < LEAST_MS) return undefined;
  return ((size - start.size) * MS_PER_DAY) / elapsedMs;
}
