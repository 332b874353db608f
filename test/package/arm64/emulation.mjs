// How programs of arm64 run on this machine: by themselves, or by qemu-user that the kernel knows of (binfmt_misc). Nothing less
// does: qemu-user that is called by hand runs one program, and each child of it is an `Exec format error`; under proot 5.1, which
// steps in there, Node.js finds no file, since proot does not translate statx(2).

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const BINFMT = '/proc/sys/fs/binfmt_misc';
const NAME = 'qemu-aarch64';
/** Debian's own line for it; its flag F opens the emulator now, so that it need not be in the root. */
const LINE = `/usr/lib/binfmt.d/${NAME}.conf`;
const EMULATOR = '/usr/bin/qemu-aarch64-static';

/** As a shell in a mount namespace of its own has it: nothing is left mounted, however the program ends. */
const enter =
  'root=$1; shift; for part in proc sys dev; do mount --rbind "/$part" "$root/$part" || exit 125; done; exec chroot "$root" "$@"';

/** Tells the kernel, where nobody has. @returns what undoes it. @throws Error that says what is missing */
function register() {
  if (existsSync(`${BINFMT}/${NAME}`)) return () => {};
  const hasToMount = !existsSync(`${BINFMT}/register`);
  if (hasToMount && spawnSync('mount', ['-t', 'binfmt_misc', 'binfmt_misc', BINFMT]).status !== 0) {
    throw new Error(
      'binfmt_misc cannot be mounted: the kernel lacks it (modprobe binfmt_misc), or this is a container that may not',
    );
  }
  try {
    writeFileSync(`${BINFMT}/register`, readFileSync(LINE, 'utf8').trim());
  } catch (cause) {
    throw new Error(`the kernel does not take ${LINE}`, { cause });
  }
  return () => {
    writeFileSync(`${BINFMT}/${NAME}`, '-1');
    if (hasToMount) spawnSync('umount', [BINFMT]);
  };
}

/** The command line that runs `words` in the root. */
export const into = (root, words) => ['unshare', '--mount', 'sh', '-c', enter, 'sh', root, ...words];

/**
 * @returns `isEmulated`, `version` of the emulator, and `close`
 * @throws Error that says what is missing
 */
export function startEmulation() {
  if (process.arch === 'arm64') return { isEmulated: false, version: undefined, close: () => {} };
  const { error, stdout } = spawnSync(EMULATOR, ['--version'], { encoding: 'utf8' });
  if (error) throw new Error(`${EMULATOR} is missing: apt-get install qemu-user-static`);
  const [, version] = /version (\S+)/.exec(stdout) ?? [];
  return { isEmulated: true, version, close: register() };
}
