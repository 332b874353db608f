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
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { onTestFinished } from 'vitest';

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

export class LoopDisk {
  /** The mount point. */
  readonly path: string;
  readonly #folder: string;
  readonly #image: string;

  constructor(folder: string, sizeMiB: number) {
    this.#folder = folder;
    this.#image = join(folder, 'image');
    this.path = join(folder, 'disk');
    mkdirSync(this.path);
    mustRun('fallocate', '-l', `${sizeMiB}M`, this.#image);
    mustRun('mkfs.ext4', '-q', '-F', this.#image);
    this.mount();
  }

  /** Mounts it; an error of the file system turns it read-only, as Raspberry Pi OS has it. */
  mount(...options: readonly string[]): void {
    mustRun('mount', '-o', ['loop', 'errors=remount-ro', ...options].join(','), this.#image, this.path);
  }

  unmount(): void {
    mustRun('umount', this.path);
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

  /** Takes all the room there is. */
  fill(): void {
    run('dd', 'if=/dev/zero', `of=${join(this.path, 'filler')}`, 'bs=64k');
    run('dd', 'if=/dev/zero', `of=${join(this.path, 'filler-rest')}`, 'bs=1k');
  }

  /** Gives it back. */
  free(): void {
    rmSync(join(this.path, 'filler'), { force: true });
    rmSync(join(this.path, 'filler-rest'), { force: true });
  }

  remove(): void {
    run('umount', this.path);
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

/** Makes a disk; it is gone when the test is over. Register it before the processes that use it. */
export function makeLoopDisk(sizeMiB: number): LoopDisk {
  removeLeftovers();
  const disk = new LoopDisk(mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`)), sizeMiB);
  onTestFinished(() => disk.remove());
  return disk;
}

/**
 * Whether this machine lets a test mount a disk of its own. Lack of a right is a printed reason to skip; lack of a
 * program fails where COLDGATE_REQUIRE_PEERS=1 says that it must be there.
 */
export function canMountDisks(): boolean {
  const missing = ['mkfs.ext4', 'fallocate', 'perl', 'findmnt'].filter(
    (program) => spawnSync('which', [program], { stdio: 'ignore' }).status !== 0,
  );
  const skip = (reason: string) => {
    console.warn(`skipped: ${reason}`);
    return false;
  };
  if (missing.length > 0) {
    const reason = `${missing.join(', ')} not installed (apt-get install e2fsprogs util-linux perl-base)`;
    if (process.env.COLDGATE_REQUIRE_PEERS === '1') throw new Error(reason);
    return skip(reason);
  }
  if (process.getuid?.() !== 0) return skip('only root may mount a disk to cut its power');
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  try {
    new LoopDisk(folder, 8).remove();
    return true;
  } catch (error) {
    return skip(`no loop device may be mounted here: ${error instanceof Error ? error.message : error}`);
  } finally {
    if (!isMounted(join(folder, 'disk'))) rmSync(folder, { recursive: true, force: true });
  }
}
