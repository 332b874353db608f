// What a disk has taken, out of the kernel's counters, and how long it lasts.

import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readDiskWear, wearText } from '../../../gateway/health/disk-wear.js';
import { tempFolder } from '../temp-folder.js';

const DAY_MS = 86_400_000;
/** 2,000,000 sectors of 512 bytes written, 77 flushes. */
const STAT = '  1 0 8 1 5 0 2000000 5 0 9 9 0 0 0 0 77 3\n';

/** A sysfs in which the folder lies on the first partition of an SD card or eMMC. */
function machine(lifeTime?: string) {
  const [sys, dataDir] = [tempFolder(), tempFolder()];
  const disk = join(sys, 'devices/mmc0/block/mmcblk0');
  mkdirSync(join(disk, 'mmcblk0p2'), { recursive: true });
  mkdirSync(join(disk, 'device'));
  mkdirSync(join(sys, 'dev/block'), { recursive: true });
  writeFileSync(join(disk, 'stat'), STAT);
  writeFileSync(join(disk, 'mmcblk0p2', 'partition'), '2\n');
  if (lifeTime !== undefined) writeFileSync(join(disk, 'device/life_time'), lifeTime);
  const { dev } = statSync(dataDir);
  const [major, minor] = [(dev >>> 8) & 0xfff, (dev & 0xff) | ((dev >>> 12) & ~0xff)];
  symlinkSync(join(disk, 'mmcblk0p2'), join(sys, 'dev/block', `${major}:${minor}`));
  return { sys, dataDir };
}

test('the whole disk is looked at, and its life follows from the rate', () => {
  const { sys, dataDir } = machine();
  const wear = readDiskWear(dataDir, 10, DAY_MS, sys);
  expect(wear).toEqual({
    ...{ disk: 'mmcblk0', writtenBytes: 1_024_000_000, flushes: 77, bytesPerDay: 1_024_000_000 },
    ...{ yearsOfEndurance: 26.7, usedPercent: null },
  });
  expect(wear && wearText(wear)).toBe(
    'mmcblk0: 1024 MB in 77 flushes since the machine started, 1024 MB a day, its rated endurance lasts 26.7 years',
  );
});

test('nothing is estimated from minutes, or without a rating', () => {
  const { sys, dataDir } = machine();
  expect(readDiskWear(dataDir, 10, 3_599_999, sys)).toMatchObject({
    bytesPerDay: null,
    yearsOfEndurance: null,
  });
  expect(readDiskWear(dataDir, undefined, DAY_MS, sys)).toMatchObject({ yearsOfEndurance: null });
});

test('an eMMC says itself how much of its life is used: the worse of its two kinds counts', () => {
  const used = (text: string) => {
    const { sys, dataDir } = machine(text);
    return readDiskWear(dataDir, undefined, DAY_MS, sys)?.usedPercent;
  };
  expect(['0x02 0x09\n', '0x01 0x01\n', '0x00 0x00\n'].map(used)).toEqual([90, 10, null]);
});

test('a folder on no disk has no wear', () => {
  expect(readDiskWear(tempFolder(), 10, DAY_MS, tempFolder())).toBeUndefined();
  expect(readDiskWear('/nowhere', 10, DAY_MS)).toBeUndefined();
});
