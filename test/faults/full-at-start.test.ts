// The disk is full when the gateway starts: to the last byte, or with a few kilobytes that are not enough for SQLite's own
// files. It comes up in the room that its ballast gives back, sends what waits, takes what comes, and is itself again when there
// is room. COLDGATE_FULL_DISKS=1 tries every case; else a few.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { eventually } from '../firmware-bridge/eventually.js';
import { FickleBroker } from './fickle-broker.js';
import { makeGatewayFolder } from './gateway-folder.js';
import { runGateway } from './gateway-process.js';
import { auditJournal } from './journal-audit.js';
import { canMountDisks, makeLoopDisk } from './loop-disk.js';
import { PublicationWatch } from './publication-watch.js';
import { SensorLoad } from './sensor-load.js';

const SENSORS = ['front'];
/** Room for the ballast. */
const DISK_MIB = 128;
const isWhole = process.env.COLDGATE_FULL_DISKS === '1';
const cases = [1024, 4096].flatMap((blockBytes) =>
  (isWhole ? [0, 4, 16, 40] : [blockBytes === 1024 ? 16 : 0]).map((freeKiB) => ({ blockBytes, freeKiB })),
);

describe.runIf(canMountDisks())('a disk that is full at the start', () => {
  test.each(cases)(
    'with $freeKiB KiB left in blocks of $blockBytes bytes: the backlog is sent, readings go on, and nothing is lost',
    async ({ blockBytes, freeKiB }) => {
      const disk = makeLoopDisk(DISK_MIB, blockBytes);
      const broker = await FickleBroker.down();
      onTestFinished(() => broker.goDown());
      const folder = await makeGatewayFolder(disk.path, {
        sensorIds: SENSORS,
        brokers: [`{ name: fleet, url: 'mqtt://127.0.0.1:${broker.port}' }`],
      });
      const first = runGateway(folder.config);
      const load = new SensorLoad(SENSORS);
      onTestFinished(() => load.disconnect());
      load.connect(await first.brokerPort());
      await eventually('a backlog', () => load.acknowledged >= 300);
      load.disconnect();
      expect(await first.stop()).toBe(0);
      const ballast = join(folder.dataDir, 'ballast');
      expect(statSync(ballast).size).toBeGreaterThan(0);
      const backlog = load.acknowledged;
      disk.fill(freeKiB);

      const next = runGateway(folder.config);
      const port = await next.brokerPort();
      await broker.up();
      const watch = new PublicationWatch();
      await eventually('the backlog is sent', () => {
        for (const payload of broker.taken.splice(0)) watch.take(payload);
        return watch.leaves.size >= backlog;
      });
      load.connect(port);
      await eventually('readings go on', () => load.acknowledged > backlog + 100);
      expect(statSync(ballast).size).toBe(0);
      disk.free();
      await eventually('and on', () => load.acknowledged > backlog + 200);
      load.pause();
      await eventually('all acknowledged', () => load.pending === 0);
      expect(await next.stop()).toBe(0);
      expect(load.compare(auditJournal(folder.journal).readings)).toMatchObject({ lost: 0, unexplained: 0 });
    },
    120_000,
  );
});
