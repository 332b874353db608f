// What the gateway role tells of the present and nobody needs tomorrow: that it lives, and what its devices count. A file in
// memory (tmpfs), replaced every two seconds; the card is written once a minute, and only where there is no such folder.
// Readable by whoever may read the data folder's owner's files; nothing in it is secret, and nothing believes it but a page.

import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';

const FILE = 'gateway-status.json';
const MEMORY_FOLDER = '/dev/shm';
const EVERY_MS = 2_000;
const EVERY_ON_CARD_MS = 60_000;

const count = z.number().nonnegative();
const statusSchema = z.object({
  writtenAtMs: count,
  everyMs: count,
  startedAtMs: count,
  devices: z.array(
    z.object({
      id: z.string(),
      state: z.string(),
      counters: z.object({
        ...{
          bytes: count,
          frames: count,
          badChecks: count,
          discardedBytes: count,
          timeouts: count,
          opens: count,
        },
      }),
    }),
  ),
});

export type RuntimeStatus = z.infer<typeof statusSchema>;
type DeviceStatus = RuntimeStatus['devices'][number];

/** The service manager's folder, else one in memory that is named after the data folder, else the data folder itself. */
function folderOf(dataDir: string): { readonly path: string; readonly isMemory: boolean } {
  const given = process.env.RUNTIME_DIRECTORY?.split(':')[0];
  if (given) return { path: given, isMemory: true };
  if (!existsSync(MEMORY_FOLDER)) return { path: dataDir, isMemory: false };
  const name = createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 16);
  return { path: join(MEMORY_FOLDER, `coldgate-${process.getuid?.() ?? 0}-${name}`), isMemory: true };
}

/** Everybody may write to /dev/shm: a folder of that name may be somebody else's trap. */
function isOurs(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === (process.getuid?.() ?? found.uid);
}

export class RuntimeStatusFile {
  readonly #dataDir: string;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  /** Tells again and again; what cannot be written is not told. @returns stops it */
  tell(devices: () => readonly DeviceStatus[]): () => void {
    const startedAtMs = Date.now();
    const { path, isMemory } = folderOf(this.#dataDir);
    const everyMs = isMemory ? EVERY_MS : EVERY_ON_CARD_MS;
    const write = () => {
      try {
        mkdirSync(path, { recursive: true, mode: 0o750 });
        if (!isOurs(path)) return;
        const status = { writtenAtMs: Date.now(), everyMs, startedAtMs, devices: devices() };
        const file = join(path, FILE);
        writeFileSync(`${file}.new`, JSON.stringify(status), { mode: 0o640 });
        renameSync(`${file}.new`, file);
      } catch {
        // A page without counters is no reason to stop reading devices.
      }
    };
    write();
    const timer = setInterval(write, everyMs);
    timer.unref();
    return () => clearInterval(timer);
  }
}

/** What was told last; undefined if nothing was, or by nobody that may be believed. */
export function readRuntimeStatus(dataDir: string): RuntimeStatus | undefined {
  try {
    const { path } = folderOf(dataDir);
    return statusSchema.parse(JSON.parse(readFileSync(join(path, FILE), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Whether it was told just now. */
export function isFresh({ writtenAtMs, everyMs }: RuntimeStatus, nowMs: number): boolean {
  return Math.abs(nowMs - writtenAtMs) < 3 * everyMs + 1_000;
}
