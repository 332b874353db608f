// A Debian in a folder, made by debootstrap: of this machine's architecture, or of another one whose programs something runs here.

import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What whoever tries a Debian out may choose, for `parseArgs`. */
export const debianOptions = {
  /** A Debian release; 13 has a Node.js that is new enough. */
  suite: { type: 'string', default: 'trixie' },
  /** Kept and used again; else a folder that goes. */
  root: { type: 'string' },
  /** Without it the one that this machine's apt has. */
  mirror: { type: 'string' },
};

const DEBIAN = 'http://deb.debian.org/debian';
/** What debootstrap has unpacked, and what it has to do inside, stands here until it is done. */
const secondStage = 'debootstrap/debootstrap';
/** Written when the first stage is over: a root that was cut before is begun again. */
const unpacked = 'debootstrap/is-unpacked';

export function run(program, ...parameters) {
  const { status, error } = spawnSync(program, parameters, { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`${program} failed: ${error?.message ?? status}`);
}

/** Debian's mirror of this machine's apt: the first that has Debian itself. */
function ownMirror() {
  const wanted = ['Created-By: Packages', 'Origin: Debian', 'Label: Debian'];
  const { stdout } = spawnSync('apt-get', ['indextargets', '--format', '$(REPO_URI)', ...wanted], {
    encoding: 'utf8',
  });
  return stdout?.split('\n')[0] || DEBIAN;
}

function bootstrap({ root, suite, mirror = ownMirror(), include, foreign }) {
  const chosen = ['--variant=minbase', `--include=${include}`];
  if (!foreign) return run('debootstrap', ...chosen, suite, root, mirror);
  if (existsSync(join(root, unpacked)) || existsSync(join(root, 'etc/debian_version'))) return undefined;
  rmSync(root, { recursive: true, force: true });
  run('debootstrap', ...chosen, '--foreign', `--arch=${foreign}`, suite, root, mirror);
  writeFileSync(join(root, unpacked), '');
  return undefined;
}

/**
 * Makes the root with a Node.js in it, or goes on where it was cut.
 * @param foreign Debian's name of another architecture
 * @param inside runs a program in the root: (program, ...parameters) => void
 * @param include packages beside Debian's smallest system
 * @param nodejs a package of Node.js instead of Debian's own
 * @returns whether there was anything to do
 */
export function makeRoot({ root, suite, mirror, include, nodejs, foreign, inside }) {
  const within = inside ?? ((...words) => run('chroot', root, ...words));
  if (existsSync(join(root, 'usr/bin/node'))) return false;
  bootstrap({ root, suite, mirror, include, foreign });
  if (existsSync(join(root, secondStage))) within(`/${secondStage}`, '--second-stage');
  if (nodejs) copyFileSync(nodejs, join(root, 'root/nodejs.deb'));
  const node = nodejs ? '/root/nodejs.deb' : 'nodejs';
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', node];
  within('env', 'DEBIAN_FRONTEND=noninteractive', ...install);
  return true;
}
