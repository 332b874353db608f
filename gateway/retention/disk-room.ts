// How much room there is for the log: free blocks of the disk, and free pages inside the journal, which SQLite fills before the
// file grows. The file itself is never made smaller: moving its pages would wear the card for room that the log needs again.

import type { Config } from '../../config/schema.js';
import { diskSpace } from '../journal/disk-space.js';
import type { JournalReader } from '../journal/journal-reader.js';

const BYTES_PER_MEGABYTE = 1_000_000;

export interface DiskRoom {
  readonly diskBytes: number;
  /** On the disk, and in the journal. */
  readonly freeBytes: number;
  /** Of these, inside the journal. */
  readonly reusableBytes: number;
  readonly journalBytes: number;
  /** What the configuration wants to stay free. */
  readonly wantedFreeBytes: number;
}

/** @throws what the file system throws */
export function readDiskRoom(
  { gateway, retention }: Pick<Config, 'gateway' | 'retention'>,
  journal: JournalReader,
): DiskRoom {
  const { freeBytes, totalBytes: diskBytes } = diskSpace(gateway.dataDir);
  const { pageBytes, pages, freePages } = journal.pages();
  const reusableBytes = freePages * pageBytes;
  return {
    diskBytes,
    freeBytes: freeBytes + reusableBytes,
    reusableBytes,
    journalBytes: pages * pageBytes,
    wantedFreeBytes: Math.max(
      (diskBytes * retention.keepFreePercent) / 100,
      retention.keepFreeMegabytes * BYTES_PER_MEGABYTE,
    ),
  };
}

export const isTight = ({ freeBytes, wantedFreeBytes }: DiskRoom): boolean => freeBytes < wantedFreeBytes;
