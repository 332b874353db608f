import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { M100Simulator } from '../../../firmware-bridge/simulators/m100-simulator.js';
import { serveOverTty } from '../../../firmware-bridge/simulators/stream-server.js';
import { openTransport } from '../../../firmware-bridge/transport/open-transport.js';
import { lockHolder, lockPort } from '../../../firmware-bridge/transport/port-lock.js';
import { eventually } from '../eventually.js';
import { hasProgram } from '../peer-program.js';

const device = '/dev/ttyUSB0';
const cleanups: (() => unknown)[] = [];
let folder = '';
let lockFile = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldgate-lock-'));
  lockFile = join(folder, 'LCK..ttyUSB0');
  cleanups.push(() => rm(folder, { recursive: true }));
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Another program that locks the port as minicom does, and lives until killed. */
async function otherProgram(): Promise<{ pid: number; end: () => Promise<void> }> {
  const code = `require('fs').writeFileSync(process.argv[1], String(process.pid).padStart(10) + '\\n', { flag: 'wx' });
    console.log('locked'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['-e', code, lockFile], { stdio: ['ignore', 'pipe', 'inherit'] });
  const end = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  cleanups.push(end);
  await once(child.stdout, 'data');
  return { pid: child.pid ?? 0, end };
}

describe('the lock file of a port', () => {
  it('holds our pid in ten digits while it is held, and goes with the release', async () => {
    const lock = await lockPort(device, [folder]);
    expect(await readFile(lockFile, 'latin1')).toBe(`${String(process.pid).padStart(10)}\n`);
    expect(await lockHolder(device, [folder])).toBe(process.pid);
    expect(lock.unlockedReason).toBeUndefined();
    await lock.release();
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
    expect(await lockHolder(device, [folder])).toBeUndefined();
  });

  it('of another live process refuses us and names it; when that process dies it is taken over', async () => {
    const other = await otherProgram();
    await expect(lockPort(device, [folder])).rejects.toMatchObject({
      code: 'PORT_LOCKED',
      message: expect.stringContaining(`process ${other.pid} `),
    });
    expect(await lockHolder(device, [folder])).toBe(other.pid);
    await other.end();
    const lock = await lockPort(device, [folder]);
    expect(lock.unlockedReason).toBeUndefined();
    expect(Number(await readFile(lockFile, 'latin1'))).toBe(process.pid);
    await lock.release();
  });

  it('keeps another live process away from us', async () => {
    const lock = await lockPort(device, [folder]);
    const code = `require('fs').writeFileSync(process.argv[1], 'x', { flag: 'wx' })`;
    const child = spawn(process.execPath, ['-e', code, lockFile], { stdio: 'ignore' });
    const [exitCode] = await once(child, 'exit');
    expect(exitCode).not.toBe(0);
    await lock.release();
  });

  it('of our own pid from an earlier life is debris', async () => {
    await writeFile(lockFile, `${String(process.pid).padStart(10)}\n`);
    await (await lockPort(device, [folder])).release();
  });

  it('without a pid is respected while it is young, and debris when it is old', async () => {
    await writeFile(lockFile, '');
    await expect(lockPort(device, [folder])).rejects.toMatchObject({ code: 'PORT_LOCKED' });
    await utimes(lockFile, 1, 1);
    await (await lockPort(device, [folder])).release();
  });

  it('is had by exactly one of many who want it at once, stale or not', async () => {
    await writeFile(lockFile, '4294967294\n');
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => lockPort(device, [folder])));
    const won = all.filter((one) => one.status === 'fulfilled');
    expect(won).toHaveLength(1);
    await won[0]?.value.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('goes to the second folder when the first cannot be written; without any the port is used and it is said', async () => {
    const absent = join(folder, 'absent');
    const lock = await lockPort(device, [absent, folder]);
    expect(await readdir(folder)).toEqual(['LCK..ttyUSB0']);
    await lock.release();
    const none = await lockPort(device, [absent]);
    expect(none.unlockedReason).toContain('ENOENT');
    await none.release();
  });
});

describe.skipIf(!hasProgram('socat'))('a tty', () => {
  it('is locked from before its opening until after its close, also when it is pulled out', async () => {
    const port = await serveOverTty(new M100Simulator(), join(folder, 'tty'));
    cleanups.push(() => port.close());
    const locks = await mkdtemp(join(tmpdir(), 'coldgate-locks-'));
    cleanups.push(() => rm(locks, { recursive: true }));
    const open = openTransport(port.port, { baudRate: 115_200, lockFolders: [locks] });
    const first = await open();
    expect(await readdir(locks)).toEqual([expect.stringMatching(/^LCK\.\.pts_\d+$/)]);
    await expect(open()).rejects.toMatchObject({ code: 'PORT_LOCKED' });
    await first.close();
    expect(await readdir(locks)).toEqual([]);
    const second = await open();
    let isGone = false;
    second.onClose(() => {
      isGone = true;
    });
    second.onData(() => undefined);
    await port.unplug();
    await eventually('gone', () => isGone);
    await second.close();
    expect(await readdir(locks)).toEqual([]);
  });
});
