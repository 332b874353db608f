// The disk runs full or turns read-only under the running gateway, and at its start. Nothing acknowledged is lost,
// nothing that could not be kept is acknowledged, a person reads one line with what to do, and what can heal heals.

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { eventually } from '../firmware-bridge/eventually.js';
import { type GatewayFolder, makeGatewayFolder } from './gateway-folder.js';
import { refusedStart, runGateway } from './gateway-process.js';
import { auditJournal } from './journal-audit.js';
import { canMountDisks, makeLoopDisk } from './loop-disk.js';
import { SensorLoad } from './sensor-load.js';
import type { SpawnedGateway } from './spawned-gateway.js';

const SENSORS = ['front', 'rear'];
/** Too small for the ballast, so that a full disk is a full disk. */
const DISK_MIB = 24;
const LIMIT_MS = 120_000;
const RETRIES_MS = 2000;
/** The role looks at its health every ten seconds. */
const HEALTH_LOOK_MS = 11_000;
const CANNOT_RUN = 3;

const codesOf = (gateway: SpawnedGateway) => gateway.troubles.map(({ code }) => code);

async function gatewayUnderLoad() {
  const disk = makeLoopDisk(DISK_MIB);
  const folder = await makeGatewayFolder(disk.path, { sensorIds: SENSORS });
  disk.settle();
  const gateway = runGateway(folder.config);
  const load = new SensorLoad(SENSORS);
  onTestFinished(() => load.disconnect());
  load.connect(await gateway.brokerPort());
  await eventually('the first acknowledgements', () => load.acknowledged > 100);
  return { disk, folder, gateway, load };
}

/** A new start takes what the sensors still owe; then everything acknowledged is in the log. */
async function expectNothingLost(folder: GatewayFolder, load: SensorLoad): Promise<void> {
  const next = runGateway(folder.config);
  load.connect(await next.brokerPort());
  load.pause();
  await eventually('all acknowledged', () => load.pending === 0);
  await next.stop();
  expect(load.compare(auditJournal(folder.journal).readings)).toMatchObject({ lost: 0, unexplained: 0 });
}

describe.runIf(canMountDisks())('the disk', () => {
  test(
    'full: said once, nothing lost, and writing goes on by itself when there is room',
    async () => {
      const { disk, folder, gateway, load } = await gatewayUnderLoad();
      disk.fill();
      const said = await gateway.line('DISK_FULL');
      expect(said.hint).toContain('free space');
      // Long enough for more attempts and for a look at the gateway's health: neither tells it again.
      await sleep(HEALTH_LOOK_MS);
      const atFull = load.acknowledged;
      expect(gateway.hasEnded).toBe(false);
      disk.free();
      await gateway.line('writing the journal works again');
      // Two tiles more: what the failed commits left in memory would spoil them.
      await eventually('acknowledgements again', () => load.acknowledged > atFull + 600);
      load.pause();
      await eventually('all acknowledged', () => load.pending === 0);
      expect(await gateway.stop()).toBe(0);
      expect(load.compare(auditJournal(folder.journal).readings)).toMatchObject({ lost: 0, unexplained: 0 });
      expect(codesOf(gateway)).toEqual(['DISK_FULL']);
      expect(gateway.findings).toEqual(['disk-low']);
    },
    LIMIT_MS,
  );

  test(
    'full: the gateway ends when it is asked to, and the next start takes the log up',
    async () => {
      const { disk, folder, gateway, load } = await gatewayUnderLoad();
      disk.fill();
      await gateway.line('DISK_FULL');
      expect(await gateway.stop()).toBe(0);
      const refused = await refusedStart(folder.config);
      expect(refused.code).toBe(3);
      expect(refused.lines.join('\n')).toMatch(/coldgate: .* \[DISK_FULL\]\n {2}hint: free space/);
      expect(refused.lines).toHaveLength(2);
      disk.free();
      await expectNothingLost(folder, load);
    },
    LIMIT_MS,
  );

  test(
    'read-only under the running gateway: said once, and nothing acknowledged is lost',
    async () => {
      const { disk, folder, gateway, load } = await gatewayUnderLoad();
      disk.turnReadOnly();
      // Met by a write, the commit is tried again; met by an fsync, only a restart can tell what is on the disk.
      await eventually(
        'the trouble is said',
        () => gateway.hasEnded || codesOf(gateway).includes('DISK_READ_ONLY'),
      );
      await sleep(RETRIES_MS);
      if (gateway.hasEnded) {
        expect(await gateway.exitCode()).toBe(CANNOT_RUN);
        expect(gateway.plain.join('\n')).toMatch(/^coldgate: .* \[FSYNC_FAILED\]\n {2}hint: .*$/);
      } else await gateway.kill();
      load.disconnect();
      const codes = codesOf(gateway);
      expect(codes).toHaveLength(new Set(codes).size);
      for (const code of codes) expect(['DISK_READ_ONLY', 'RECORDS_UNWRITTEN']).toContain(code);
      // The kernel never makes such a disk writable again: a person mounts it anew.
      disk.settle();
      await expectNothingLost(folder, load);
    },
    LIMIT_MS,
  );

  test(
    'read-only at the start: refused in two lines, nothing is changed',
    async () => {
      const disk = makeLoopDisk(DISK_MIB);
      const folder = await makeGatewayFolder(disk.path, { sensorIds: SENSORS });
      const first = runGateway(folder.config);
      await first.brokerPort();
      await first.stop();
      disk.unmount();
      disk.mount('ro');
      const refused = await refusedStart(folder.config);
      expect(refused.code).toBe(3);
      expect(refused.lines.join('\n')).toMatch(/^coldgate: .* \[DISK_READ_ONLY\]\n {2}hint: remount.*$/);
      disk.settle();
      const next = runGateway(folder.config);
      await next.brokerPort();
      await next.stop();
    },
    LIMIT_MS,
  );
});
