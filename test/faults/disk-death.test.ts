// The kernel gives the file system up while the writer seals, again and again. What the writer had confirmed is on the
// disk when it is mounted anew. COLDGATE_DISK_DEATHS=400 is the campaign; COLDGATE_DISK_ASKING=by-times or unasked
// shows what it finds in a writer that asks less, best with both cores busy.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { eventually } from '../firmware-bridge/eventually.js';
import { auditJournal } from './journal-audit.js';
import { canMountDisks, makeLoopDisk } from './loop-disk.js';
import type { LoopMount } from './loop-mount.js';

const DEATHS = Number(process.env.COLDGATE_DISK_DEATHS ?? 5);
const ASKING = process.env.COLDGATE_DISK_ASKING ?? 'as-shipped';
const CHILD = fileURLToPath(new URL('./writer-child.mjs', import.meta.url));
const DISK_MIB = 64;
/** The audit reads all of it: begun anew before it takes long. */
const DEATHS_PER_LOG = 10;
const LIFE_MS = [10, 120] as const;
const END_LIMIT_MS = 10_000;
const MS_PER_DEATH = 6000;

interface Death {
  /** Records confirmed before it. */
  readonly confirmed: number;
  readonly code: string;
}

async function writeUntilDeath(disk: LoopMount): Promise<Death> {
  const child = spawn(process.execPath, [CHILD, disk.path, ASKING], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => {
    said += bytes.toString('latin1');
  });
  await eventually('the first commits', () => said.split('\n').length > 3);
  await sleep(LIFE_MS[0] + Math.random() * (LIFE_MS[1] - LIFE_MS[0]));
  disk.turnReadOnly();
  await Promise.race([ended, sleep(END_LIMIT_MS, undefined, { ref: false })]);
  child.kill('SIGKILL');
  await ended;
  const lines = said.trim().split('\n');
  const code = lines.pop() ?? '';
  return { confirmed: Number(lines.at(-1)), code };
}

test.runIf(canMountDisks())(
  `${DEATHS} disks that die: what was confirmed is on the disk`,
  async () => {
    let disk: LoopMount | undefined;
    const codes: Record<string, number> = {};
    let lost = 0;
    let deathsWithLoss = 0;
    for (let death = 0; death < DEATHS; death++) {
      if (!disk || death % DEATHS_PER_LOG === 0) {
        disk?.remove();
        disk = makeLoopDisk(DISK_MIB);
      }
      const { confirmed, code } = await writeUntilDeath(disk);
      codes[code] = (codes[code] ?? 0) + 1;
      disk.settle();
      const { size } = auditJournal(`${disk.path}/journal.db`);
      if (size < confirmed) deathsWithLoss += 1;
      lost += Math.max(0, confirmed - size);
    }
    console.info(
      JSON.stringify({ campaign: 'disk death', asking: ASKING, deaths: DEATHS, deathsWithLoss, lost, codes }),
    );
    expect(lost).toBe(0);
    for (const code of Object.keys(codes))
      expect(['FSYNC_FAILED', 'DISK_READ_ONLY', 'DISK_IO']).toContain(code);
  },
  60_000 + DEATHS * MS_PER_DEATH,
);
