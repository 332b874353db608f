// How much room the disk below a folder has.

import { statfsSync } from 'node:fs';

export interface DiskSpace {
  /** For a program without root's reserve. */
  readonly freeBytes: number;
  /** 0 where a file system in user space does not know its size; then freeBytes says nothing either. */
  readonly totalBytes: number;
}

/** @throws what the file system throws */
export function diskSpace(folder: string): DiskSpace {
  const { bavail, blocks, bsize } = statfsSync(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}
