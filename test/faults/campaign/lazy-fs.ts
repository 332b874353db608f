// LazyFS as a disk whose power can be cut: it keeps in its own memory whatever no fsync asked for, and forgets it when
// it is told to.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LegCannotRun } from './leg.js';
import type { CuttableDisk } from './power-cuts.js';

const MOUNT_LIMIT_MS = 60_000;
const LOOK_MS = 10;
const ANSWER_LIMIT_MS = 20_000;
const ANSWER_BYTES = 256;

/** @throws LegCannotRun */
export function requireLazyFs(): void {
  if (spawnSync('which', ['lazyfs'], { stdio: 'ignore' }).status === 0) return;
  throw new LegCannotRun(
    'lazyfs is not on the PATH (github.com/dsrhaslab/lazyfs; Debian has no package of it)',
  );
}

const isMountPoint = (path: string) => spawnSync('mountpoint', ['-q', path]).status === 0;

/** The two fifos over which LazyFS is commanded. */
class Commands {
  readonly #orders: number;
  readonly #answers: number;

  constructor(orders: string, answers: string) {
    // Open for both: neither waits for the other side, and LazyFS never writes to a fifo without a reader.
    this.#orders = openSync(orders, constants.O_RDWR);
    this.#answers = openSync(answers, constants.O_RDWR | constants.O_NONBLOCK);
  }

  /** Gives an order that is answered, and waits for the answer. */
  async give(order: string): Promise<void> {
    writeSync(this.#orders, `${order}\n`);
    const deadline = Date.now() + ANSWER_LIMIT_MS;
    while (!this.#hasAnswer()) {
      if (Date.now() > deadline) throw new Error(`LazyFS does not answer to ${order}`);
      await sleep(LOOK_MS);
    }
  }

  #hasAnswer(): boolean {
    try {
      return readSync(this.#answers, Buffer.alloc(ANSWER_BYTES)) > 0;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return false;
      throw error;
    }
  }

  close(): void {
    closeSync(this.#orders);
    closeSync(this.#answers);
  }
}

/** Asks for each file below a folder to be kept. */
function keepAll(folder: string): void {
  const file = openSync(folder, 'r');
  fsyncSync(file);
  closeSync(file);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) keepAll(path);
    else {
      const kept = openSync(path, 'r+');
      fsyncSync(kept);
      closeSync(kept);
    }
  }
}

function configure(config: string, orders: string, answers: string): void {
  const lines = [
    ...['[faults]', `fifo_path="${orders}"`, `fifo_path_completed="${answers}"`],
    ...['[cache]', 'apply_eviction=false', '[cache.simple]', 'custom_size="256mb"', 'blocks_per_page=1'],
    ...['[filesystem]', 'log_all_operations=false', 'logfile=""', ''],
  ];
  writeFileSync(config, lines.join('\n'));
}

/** Mounts one below `folder`. @throws LegCannotRun if it does not come up */
export async function mountLazyFs(folder: string): Promise<CuttableDisk> {
  const home = mkdtempSync(join(folder, 'lazyfs-'));
  const [path, root, config] = [join(home, 'disk'), join(home, 'root'), join(home, 'lazyfs.toml')];
  const [orders, answers] = [join(home, 'orders'), join(home, 'answers')];
  mkdirSync(path);
  mkdirSync(root);
  configure(config, orders, answers);
  const options = ['-o', 'allow_other', '-o', 'modules=subdir', '-o', `subdir=${root}`, '-f'];
  const lazyfs = spawn('lazyfs', [path, '--config-path', config, ...options], { stdio: 'ignore' });
  const ended = once(lazyfs, 'exit');
  let commands: Commands | undefined;
  const remove = async () => {
    commands?.close();
    commands = undefined;
    spawnSync('umount', ['--lazy', path]);
    lazyfs.kill('SIGKILL');
    await ended;
    rmSync(home, { recursive: true, force: true });
  };
  const deadline = Date.now() + MOUNT_LIMIT_MS;
  while (!isMountPoint(path)) {
    if (lazyfs.exitCode !== null || Date.now() > deadline) {
      await remove();
      throw new LegCannotRun('lazyfs does not mount here');
    }
    await sleep(LOOK_MS);
  }
  commands = new Commands(orders, answers);
  return {
    path,
    settle: () => keepAll(path),
    cut: async (kill) => {
      await kill();
      await commands?.give('lazyfs::clear-cache');
    },
    remove,
  };
}
