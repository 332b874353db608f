// A disk of its own for one test, where this machine lets a test mount one.

import { onTestFinished } from 'vitest';
import { LoopMount, whyNoDisks } from './loop-mount.js';

/** Makes a disk; it is gone when the test is over. Register it before the processes that use it. */
export function makeLoopDisk(sizeMiB: number, blockBytes?: number): LoopMount {
  const disk = new LoopMount(sizeMiB, blockBytes);
  onTestFinished(() => disk.remove());
  return disk;
}

/**
 * Whether this machine lets a test mount a disk of its own. Lack of a right is a printed reason to skip; lack of a
 * program fails where COLDGATE_REQUIRE_PEERS=1 says that it must be there.
 */
export function canMountDisks(): boolean {
  const obstacle = whyNoDisks();
  if (!obstacle) return true;
  if (obstacle.isProgram && process.env.COLDGATE_REQUIRE_PEERS === '1') throw new Error(obstacle.reason);
  console.warn(`skipped: ${obstacle.reason}`);
  return false;
}
