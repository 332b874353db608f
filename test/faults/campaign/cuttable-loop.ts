// ext4 on a loop device, stopped in the middle as xfstests' godown does.

import { LoopMount, whyNoDisks } from '../loop-mount.js';
import { LegCannotRun } from './leg.js';
import type { CuttableDisk } from './power-cuts.js';

const DISK_MIB = 64;

/** @throws LegCannotRun */
export function requireDisks(): void {
  const obstacle = whyNoDisks();
  if (obstacle) throw new LegCannotRun(obstacle.reason);
}

export function loopDisk(): CuttableDisk {
  const disk = new LoopMount(DISK_MIB);
  return {
    path: disk.path,
    settle: () => disk.settle(),
    cut: async (kill) => {
      disk.cutPower();
      await kill();
      disk.settle();
    },
    remove: () => disk.remove(),
  };
}
