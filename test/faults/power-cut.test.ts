// The power is cut below the running gateway: ext4 on a loop device stops in the middle (what xfstests calls
// godown), and what the kernel had not written is gone. The control does the same to synchronous=NORMAL and must
// lose acknowledged readings, or the campaign would prove nothing.

import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { markPathOf } from '../../gateway/sealing/key-mark.js';
import { type GatewayFolder, makeGatewayFolder } from './gateway-folder.js';
import { runGatewayAt } from './gateway-process.js';
import { auditJournal } from './journal-audit.js';
import { canMountDisks, type LoopDisk, makeLoopDisk } from './loop-disk.js';
import { SensorLoad } from './sensor-load.js';

const CUTS = Number(process.env.COLDGATE_CUTS ?? 20);
/** The control ends with its first loss, which almost every cut brings. */
const CONTROL_CUTS = 20;
/** From the role's start to the cut, ms. */
const LIFE_MS = [50, 800] as const;
const DISK_MIB = 64;
const MS_PER_CUT = 6000;
const SENSORS = ['front', 'rear'];

async function mountedGateway(): Promise<{ disk: LoopDisk; folder: GatewayFolder }> {
  const disk = makeLoopDisk(DISK_MIB);
  // All that the gateway writes is on the disk that loses its power: the log, the key, the mark beside it.
  const folder = await makeGatewayFolder(disk.path, { sensorIds: SENSORS, windowMs: 10 });
  disk.settle();
  return { disk, folder };
}

/** One life of the gateway up to the cut; afterwards the disk is mounted again. */
async function liveUntilCut(
  { disk, folder }: { disk: LoopDisk; folder: GatewayFolder },
  load: SensorLoad,
  synchronous: 'FULL' | 'NORMAL',
): Promise<void> {
  const gateway = runGatewayAt(folder.config, synchronous);
  load.connect(await gateway.brokerPort());
  await sleep(LIFE_MS[0] + Math.random() * (LIFE_MS[1] - LIFE_MS[0]));
  // The process outlives its disk by some milliseconds: what it acknowledges in them must be on the disk too.
  disk.cutPower();
  await gateway.kill();
  load.disconnect();
  disk.settle();
}

function newLoad(): SensorLoad {
  const load = new SensorLoad(SENSORS);
  onTestFinished(() => load.disconnect());
  return load;
}

/** What is left of the readings; a journal that lost even its tables has none. */
function readingsLeft(folder: GatewayFolder): ReadonlyMap<string, readonly number[]> {
  try {
    return auditJournal(folder.journal).readings;
  } catch {
    return new Map();
  }
}

describe.runIf(canMountDisks())('power cuts', () => {
  test(
    `${CUTS} cuts: nothing acknowledged is lost, and the same log goes on after each`,
    async () => {
      const gateway = await mountedGateway();
      const load = newLoad();
      let size = 0;
      for (let cut = 0; cut < CUTS; cut++) {
        await liveUntilCut(gateway, load, 'FULL');
        const audit = auditJournal(gateway.folder.journal);
        const { lost, unexplained } = load.compare(audit.readings);
        expect({ cut, lost, unexplained }).toEqual({ cut, lost: 0, unexplained: 0 });
        expect(audit.size).toBeGreaterThanOrEqual(size);
        size = audit.size;
      }
      const { checkpoints, readings } = auditJournal(gateway.folder.journal);
      const comparison = load.compare(readings);
      console.info(JSON.stringify({ campaign: 'power cut', cuts: CUTS, ...comparison, size, checkpoints }));
      // A campaign that had nothing to lose proves nothing.
      expect(comparison.acknowledged).toBeGreaterThan(CUTS);
    },
    60_000 + CUTS * MS_PER_CUT,
  );

  test(
    'the control: with synchronous=NORMAL a cut loses acknowledged readings',
    async () => {
      const gateway = await mountedGateway();
      let cuts = 0;
      let lost = 0;
      while (lost === 0 && cuts < CONTROL_CUTS) {
        // A new log each time: one that has lost its end is refused.
        rmSync(gateway.folder.dataDir, { recursive: true, force: true });
        rmSync(markPathOf(gateway.folder.keyFile), { force: true });
        const load = newLoad();
        await liveUntilCut(gateway, load, 'NORMAL');
        lost = load.compare(readingsLeft(gateway.folder)).lost;
        cuts += 1;
      }
      console.info(JSON.stringify({ campaign: 'power cut, control', cuts, lost }));
      expect(lost).toBeGreaterThan(0);
    },
    60_000 + CONTROL_CUTS * MS_PER_CUT,
  );
});
