// What the disk under the data folder has taken since the machine started, by the kernel's own counters (Documentation/block/stat):
// all programs, the file system's journal included. What the card makes of it inside (write amplification) no card tells; eMMC
// tells how much of its life is used (JESD84-B51, DEVICE_LIFE_TIME_EST).

import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const SECTOR_BYTES = 512;
const WRITTEN_SECTORS_FIELD = 6;
const FLUSHES_FIELD = 15;
const MS_PER_DAY = 86_400_000;
const DAYS_PER_YEAR = 365.25;
const BYTES_PER_TERABYTE = 1e12;
/** A rate over less says nothing of a year. */
const LEAST_UPTIME_MS = 3_600_000;
/** JESD84-B51: 0x01 is 0 to 10 percent, 0x0a 90 to 100, 0x0b more. */
const PERCENT_PER_STEP = 10;

export interface DiskWear {
  /** Name of the whole disk, such as mmcblk0. */
  readonly disk: string;
  /** Since the machine started. */
  readonly writtenBytes: number;
  /** Requests to make all durable; null where the kernel does not count them. */
  readonly flushes: number | null;
  /** null in the first hour. */
  readonly bytesPerDay: number | null;
  /** At this rate, of what its maker rates it for; null where that is not configured. */
  readonly yearsOfEndurance: number | null;
  /** At most so much of its life is used, as an eMMC says itself; null for what does not. */
  readonly usedPercent: number | null;
}

/** @param sys for a test */
function diskOf(dataDir: string, sys: string): string | undefined {
  const { dev } = statSync(dataDir);
  // Linux' own split of a device number (sysmacros.h).
  const major = ((dev >>> 8) & 0xfff) | (Math.floor(dev / 2 ** 32) & ~0xfff);
  const minor = (dev & 0xff) | ((dev >>> 12) & ~0xff);
  const link = join(sys, 'dev/block', `${major}:${minor}`);
  if (!existsSync(link)) return undefined;
  const path = realpathSync(link);
  return existsSync(join(path, 'partition')) ? dirname(path) : path;
}

function usedPercent(disk: string): number | null {
  const file = join(disk, 'device/life_time');
  if (!existsSync(file)) return null;
  const steps = [...readFileSync(file, 'utf8').matchAll(/0x([0-9a-f]{2})/gi)].map(([, hex]) =>
    Number(`0x${hex}`),
  );
  const worst = Math.max(0, ...steps);
  return worst === 0 ? null : worst * PERCENT_PER_STEP;
}

/**
 * undefined where the folder lies on no disk of this machine, or the kernel tells nothing of it.
 * @param enduranceTerabytes what its maker rates it for (TBW), if that is known
 * @param uptimeMs of the machine
 */
export function readDiskWear(
  dataDir: string,
  enduranceTerabytes: number | undefined,
  uptimeMs: number,
  sys = '/sys',
): DiskWear | undefined {
  try {
    const disk = diskOf(dataDir, sys);
    if (disk === undefined) return undefined;
    const fields = readFileSync(join(disk, 'stat'), 'utf8').trim().split(/\s+/).map(Number);
    const writtenBytes = (fields[WRITTEN_SECTORS_FIELD] ?? 0) * SECTOR_BYTES;
    const bytesPerDay = uptimeMs < LEAST_UPTIME_MS ? null : (writtenBytes / uptimeMs) * MS_PER_DAY;
    const rated = enduranceTerabytes === undefined ? undefined : enduranceTerabytes * BYTES_PER_TERABYTE;
    return {
      ...{ disk: basename(disk), writtenBytes, flushes: fields[FLUSHES_FIELD] ?? null },
      bytesPerDay: bytesPerDay === null ? null : Math.round(bytesPerDay),
      yearsOfEndurance:
        rated === undefined || !bytesPerDay
          ? null
          : Math.round((rated / bytesPerDay / DAYS_PER_YEAR) * 10) / 10,
      usedPercent: usedPercent(disk),
    };
  } catch {
    return undefined;
  }
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1_000_000)} MB`;

/** One line for people. */
export function wearText({ disk, writtenBytes, flushes, bytesPerDay, ...life }: DiskWear): string {
  const { yearsOfEndurance, usedPercent } = life;
  return [
    `${disk}: ${megabytes(writtenBytes)}${flushes === null ? '' : ` in ${flushes} flushes`} since the machine started`,
    ...(bytesPerDay === null ? [] : [`${megabytes(bytesPerDay)} a day`]),
    ...(yearsOfEndurance === null ? [] : [`its rated endurance lasts ${yearsOfEndurance} years`]),
    ...(usedPercent === null ? [] : [`it says that at most ${usedPercent} % of its life is used`]),
  ].join(', ');
}
