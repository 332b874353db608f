// A small ext4 of its own on a loop device: it can be cut off below the programs that use it as a power cut does,
// turn read-only as a worn card does, and run full. What a killed run left mounted is taken away first.

import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const PREFIX = 'coldgate-disk-';
/** linux/ext4.h: EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH; nothing that waits reaches the disk. */
const CUT =
  'open(my $f, "<", $ARGV[0]) or die; my $how = pack("L", 2); ioctl($f, 0x8004587d, $how) or die "$!"';

function run(program: string, ...parameters: readonly string[]): { isDone: boolean; said: string } {
  const { status, error, stdout, stderr } = spawnSync(program, parameters, { encoding: 'utf8' });
  return { isDone: status === 0, said: `${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}`.trim() };
}

function mustRun(program: string, ...parameters: readonly string[]): string {
  const { isDone, said } = run(program, ...parameters);
  if (!isDone) throw new Error(`${program} ${parameters.join(' ')}: ${said}`);
  return said;
}

export class LoopMount {
  /** The mount point. */
  readonly path: string;
  readonly #folder: string;
  readonly #image: string;
  #device = '';

  /** Makes and mounts it in a temporary folder that bears the name of this process. */
  constructor(sizeMiB: number, blockBytes = 4096) {
    removeLeftovers();
    const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
    this.#folder = folder;
    this.#image = join(folder, 'image');
    this.path = join(folder, 'disk');
    mkdirSync(this.path);
    try {
      mustRun('fallocate', '-l', `${sizeMiB}M`, this.#image);
      mustRun('mkfs.ext4', '-q', '-F', '-b', String(blockBytes), this.#image);
      this.mount();
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Mounts it; an error of the file system turns it read-only, as Raspberry Pi OS has it. */
  mount(...options: readonly string[]): void {
    // A loop device of its own each time: whoever has taken a copy of the mount into a namespace keeps the old one, with
    // a file system that was cut off, and `mount -o loop` would give that back.
    this.#device = mustRun('losetup', '--find', '--show', this.#image);
    mustRun('mount', '-o', ['errors=remount-ro', ...options].join(','), this.#device, this.path);
  }

  unmount(): void {
    // Where somebody keeps the old one, nothing of it may be written any more.
    run('sync', '--file-system', this.path);
    run('perl', '-e', CUT, this.path);
    mustRun('umount', this.path);
    // Nor may what was already handed to the old device come later than what is written through the next one.
    run('blockdev', '--flushbufs', this.#device);
    run('losetup', '--detach', this.#device);
  }

  /** Makes what was written so far old: it is on the disk. */
  settle(): void {
    this.unmount();
    this.mount();
  }

  /** The power goes: what is not on the disk will never be, and every further write fails. */
  cutPower(): void {
    mustRun('perl', '-e', CUT, this.path);
  }

  /** An error of the file system, upon which the kernel makes it read-only. */
  turnReadOnly(): void {
    const device = basename(mustRun('findmnt', '-no', 'SOURCE', this.path));
    writeFileSync(`/sys/fs/ext4/${device}/trigger_fs_error`, 'test');
  }

  /** Takes all the room there is, but for so much. */
  fill(freeKiB = 0): void {
    run('dd', 'if=/dev/zero', `of=${join(this.path, 'filler')}`, 'bs=64k');
    run('dd', 'if=/dev/zero', `of=${join(this.path, 'filler-rest')}`, 'bs=1k');
    const filler = join(this.path, 'filler');
    if (freeKiB > 0) truncateSync(filler, statSync(filler).size - freeKiB * 1024);
  }

  /** Gives it back. */
  free(): void {
    rmSync(join(this.path, 'filler'), { force: true });
    rmSync(join(this.path, 'filler-rest'), { force: true });
  }

  remove(): void {
    run('umount', this.path);
    run('losetup', '--detach', this.#device);
    if (!isMounted(this.path)) rmSync(this.#folder, { recursive: true, force: true });
  }
}

function isMounted(path: string): boolean {
  return readFileSync('/proc/mounts', 'utf8').includes(` ${path} `);
}

/** The name tells whose it is: the process that made it, if it still runs, is using it. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const [pid = ''] = name.slice(PREFIX.length).split('-');
    if (existsSync(`/proc/${pid}`)) continue;
    const folder = join(tmpdir(), name);
    run('umount', '--lazy', join(folder, 'disk'));
    if (!isMounted(join(folder, 'disk'))) rmSync(folder, { recursive: true, force: true });
  }
}

/** What keeps this machine from mounting a disk of its own: programs that lack, or a right. */
export function whyNoDisks(): { readonly isProgram: boolean; readonly reason: string } | undefined {
  const missing = ['mkfs.ext4', 'fallocate', 'losetup', 'perl', 'findmnt'].filter(
    (program) => spawnSync('which', [program], { stdio: 'ignore' }).status !== 0,
  );
  if (missing.length > 0) {
    const packages = 'apt-get install e2fsprogs util-linux perl-base';
    return { isProgram: true, reason: `${missing.join(', ')} not installed (${packages})` };
  }
  if (process.getuid?.() !== 0) {
    return { isProgram: false, reason: 'only root may mount a disk to cut its power' };
  }
  try {
    new LoopMount(8).remove();
    return undefined;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return { isProgram: false, reason: `no loop device may be mounted here: ${said}` };
  }
}
