// A UUCP lock file beside the kernel's TIOCEXCL, which does not bind root: LCK..ttyUSB0 with the owner's pid in ten
// ASCII digits, as pppd, minicom and picocom write and read it. The file is made by link(2): never half-written.

import { link, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BridgeError, messageOf } from '../bridge-error.js';

/** The first one that can be written is used; all are looked at. */
export const defaultLockFolders: readonly string[] = ['/run/lock', '/var/lock'];

export interface PortLock {
  /** Why no lock file protects the port; undefined when one does. The port is used all the same. */
  readonly unlockedReason: string | undefined;
  /** Never rejects; releasing twice is harmless. */
  release(): Promise<void>;
}

/** A file without a pid may be one that another program is just writing. After this time it is debris. */
const unreadableGraceMs = 2000;
/** Rounds of "stale, taken over, and somebody was faster". */
const maxRounds = 5;

/**
 * Lock files of this process, also those under way. Our own pid in a file that is not in here is debris: in a container
 * each start has the same pid.
 */
const held = new Set<string>();
let tries = 0;

/**
 * Locks the tty at `devicePath` (its real path). Throws BridgeError PORT_LOCKED while a live process holds it. A folder
 * that cannot be written is no reason to fail: see `unlockedReason`.
 */
export async function lockPort(
  devicePath: string,
  folders: readonly string[] = defaultLockFolders,
): Promise<PortLock> {
  for (const folder of folders) await refuseHeld(devicePath, lockPath(devicePath, folder));
  let trouble = 'no folder for lock files is configured';
  for (const folder of folders) {
    const path = lockPath(devicePath, folder);
    if (held.has(path)) throw lockedError(devicePath, path, process.pid);
    held.add(path);
    try {
      await take(devicePath, folder, path);
      return { unlockedReason: undefined, release: () => release(path) };
    } catch (error) {
      held.delete(path);
      if (error instanceof BridgeError) throw error;
      trouble = messageOf(error);
    }
  }
  return { unlockedReason: `no lock file: ${trouble}`, release: async () => undefined };
}

/** The live process that holds the lock file of `devicePath`; 0: one that is just writing it; undefined: nobody. */
export async function lockHolder(
  devicePath: string,
  folders: readonly string[] = defaultLockFolders,
): Promise<number | undefined> {
  for (const folder of folders) {
    const path = lockPath(devicePath, folder);
    const pid = held.has(path) ? process.pid : await livePid(path);
    if (pid !== undefined) return pid;
  }
  return undefined;
}

/** /dev/ttyUSB0 is LCK..ttyUSB0, /dev/pts/3 is LCK..pts_3. */
function lockPath(devicePath: string, folder: string): string {
  return join(folder, `LCK..${devicePath.replace(/^\/dev\//, '').replaceAll('/', '_')}`);
}

async function take(devicePath: string, folder: string, path: string): Promise<void> {
  tries += 1;
  const draft = join(folder, `LTMP.${process.pid}.${tries}`);
  await writeFile(draft, `${String(process.pid).padStart(10)}\n`, { flag: 'wx', mode: 0o644 });
  try {
    for (let round = 0; round < maxRounds; round += 1) {
      if (await linked(draft, path)) return;
      await refuseHeld(devicePath, path);
      await setStaleAside(path, `${draft}.old`);
    }
  } finally {
    await unlink(draft).catch(() => undefined);
  }
  throw new Error(`${path} changes hands all the time`);
}

async function linked(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Between the look and the rename another process may have taken the stale lock: then its file goes back. */
async function setStaleAside(path: string, aside: string): Promise<void> {
  try {
    await rename(path, aside);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return;
    throw error;
  }
  if ((await livePid(aside)) !== undefined) await link(aside, path).catch(() => undefined);
  await unlink(aside);
}

async function refuseHeld(devicePath: string, path: string): Promise<void> {
  const pid = await livePid(path);
  if (pid !== undefined) throw lockedError(devicePath, path, pid);
}

function lockedError(devicePath: string, path: string, pid: number): BridgeError {
  const holder = pid === process.pid ? 'this process' : pid === 0 ? 'a starting process' : `process ${pid}`;
  return new BridgeError(
    'PORT_LOCKED',
    `${devicePath}: ${holder} holds the lock ${path}`,
    pid > 0 ? `See who it is with \`ps -fp ${pid}\` and stop it.` : 'Try again in a few seconds.',
  );
}

/** The pid of another live process in a lock file; 0 for a young file without one; undefined: free or stale. */
async function livePid(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'latin1').catch(() => undefined);
  if (text === undefined) return undefined;
  const digits = /^\s*(\d{1,10})\s*$/.exec(text)?.[1];
  if (digits === undefined) {
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => Number.POSITIVE_INFINITY,
    );
    return age < unreadableGraceMs ? 0 : undefined;
  }
  const pid = Number(digits);
  return pid !== process.pid && isAlive(pid) ? pid : undefined;
}

function isAlive(pid: number): boolean {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and is somebody else's.
    return isCode(error, 'EPERM');
  }
}

async function release(path: string): Promise<void> {
  if (held.delete(path)) await unlink(path).catch(() => undefined);
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
