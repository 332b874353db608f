// A folder of its own on a real file system: on tmpfs a commit costs nothing, and the figures would mean nothing.

import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** statfs(2), TMPFS_MAGIC. */
const TMPFS = 0x01021994;

/** Makes the folder. COLDGATE_BENCH_DIR names the disk to measure, such as a mounted SD card. */
export function makeBenchFolder() {
  const given = process.env.COLDGATE_BENCH_DIR;
  const candidates = given ? [given] : [tmpdir(), '/var/tmp', process.cwd()];
  const parent = candidates.find((folder) => statfsSync(folder).type !== TMPFS);
  if (!parent) throw new Error(`only tmpfs at ${candidates.join(', ')}: set COLDGATE_BENCH_DIR to a disk`);
  const path = mkdtempSync(join(parent, 'coldgate-bench-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
