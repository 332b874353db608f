// The power goes, or the process is killed, while old records are deleted. Afterwards the log proves itself, says of each
// record that it is there or was deleted by rule, and has what was confirmed. COLDGATE_RETENTION_CUTS=200 is the campaign.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { JournalReader } from '../../gateway/journal/journal-reader.js';
import { walkLog } from '../../gateway/reviews/log-walk.js';
import { eventually } from '../firmware-bridge/eventually.js';
import { tempFolder } from '../gateway/temp-folder.js';
import { canMountDisks, makeLoopDisk } from './loop-disk.js';

const CUTS = Number(process.env.COLDGATE_RETENTION_CUTS ?? 4);
const CHILD = fileURLToPath(new URL('./retention-child.mjs', import.meta.url));
const LIFE_MS = [50, 500] as const;
const MS_PER_CUT = 8000;

/** Lets it write and delete until `end`. @returns the size that was confirmed last */
async function liveUntil(folder: string, end: () => void): Promise<number> {
  const child = spawn(process.execPath, [CHILD, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => {
    said += bytes.toString('latin1');
  });
  await eventually('the first commits', () => child.exitCode !== null || said.split('\n').length > 3);
  await sleep(LIFE_MS[0] + Math.random() * (LIFE_MS[1] - LIFE_MS[0]));
  end();
  child.kill('SIGKILL');
  await ended;
  return Number(said.split('\n').at(-2));
}

/** What the log says of itself. */
function walked(folder: string) {
  const journal = new JournalReader(`${folder}/journal.db`);
  try {
    const places: object[] = [];
    let gone = 0;
    let isUnswept = false;
    const { stoppedAt } = walkLog(
      journal,
      { from: 0, wants: () => false, recordsPerSignature: 1024 },
      {
        record: () => {},
        broken: (place) => places.push(place),
        gone: ({ first, beyond }) => {
          gone += beyond - first;
        },
      },
    );
    isUnswept = !journal.log.pruned.isSwept();
    return { places, stoppedAt, gone, isUnswept, size: journal.log.latestCheckpoint()?.size ?? 0 };
  } finally {
    journal.close();
  }
}

async function campaign(folder: string, end: () => void, settle: () => void) {
  let unswept = 0;
  let gone = 0;
  for (let cut = 0; cut < CUTS; cut++) {
    const confirmed = await liveUntil(folder, end);
    settle();
    const found = walked(folder);
    expect({ cut, ...found }).toMatchObject({ cut, places: [], stoppedAt: undefined });
    expect(found.size).toBeGreaterThanOrEqual(confirmed);
    expect(found.gone).toBeGreaterThanOrEqual(gone);
    gone = found.gone;
    if (found.isUnswept) unswept += 1;
  }
  console.info(JSON.stringify({ campaign: 'retention', cuts: CUTS, gone, unswept }));
  // A campaign in which nothing was deleted proves nothing.
  expect(gone).toBeGreaterThan(300);
}

const LIMIT_MS = 60_000 + CUTS * MS_PER_CUT;

describe('while records are deleted', () => {
  test(
    `${CUTS} times kill -9: the log is whole but for what it says is deleted`,
    async () => {
      const folder = tempFolder();
      await campaign(
        folder,
        () => {},
        () => {},
      );
    },
    LIMIT_MS,
  );

  test.runIf(canMountDisks())(
    `${CUTS} power cuts: the same`,
    async () => {
      const disk = makeLoopDisk(64);
      await campaign(
        disk.path,
        () => disk.cutPower(),
        () => disk.settle(),
      );
    },
    LIMIT_MS,
  );
});
