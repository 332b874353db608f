// `npm run test:debian`: a Debian of debootstrap, booted with its own systemd in a container, in which the package is installed,
// run by its units, upgraded, updated, taken back, removed and purged. Needs root, and Debian's debootstrap and systemd-container.

import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { debianOptions, makeRoot } from './debian-root.mjs';
import { makeVariants } from './debian-variants.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    /** The package of `npm run package -- --deb`. */
    deb: { type: 'string' },
    /** Where Debian's own is too old: another package of Node.js. */
    nodejs: { type: 'string' },
    ...debianOptions,
  },
});

/** Only ends one that hangs: a watchdog alone takes two minutes. */
const BOOT_LIMIT_MS = 45 * 60_000;
/** Each power cut that is part of the test is followed by one. */
const MAX_BOOTS = 5;
const LOOK_MS = 1000;
const SHOWN_LOG = 40_000;
/** Units' filters on devices and addresses are BPF programs, which systemd may load in a container only with these. */
const bpf = ['--capability=CAP_BPF,CAP_NET_ADMIN,CAP_PERFMON,CAP_MKNOD', '--system-call-filter=bpf'];
const include = 'systemd,systemd-sysv,udev,ca-certificates,iproute2,init-system-helpers,passwd,procps';

/** What an earlier run left. */
function clear(root) {
  spawnSync('chroot', [root, 'dpkg', '-P', 'coldgate'], { stdio: 'ignore' });
  for (const left of [
    'etc/coldgate',
    'etc/coldgate-relay',
    'var/lib/coldgate',
    'var/lib/coldgate-relay',
    'opt/coldgate',
    'root/inside',
    'var/log/inside-debian.results',
    'var/log/inside-debian.log',
    'var/log/journal',
  ]) {
    rmSync(join(root, left), { recursive: true, force: true });
  }
  const units = join(root, 'etc/systemd/system');
  for (const name of readdirSync(units, { recursive: true })) {
    if (/(^|\/)(coldgate.*|inside-debian|dock-reader|reaches-nothing)\.service$/.test(name))
      rmSync(join(units, name));
  }
}

function prepare(root, work) {
  clear(root);
  const inside = join(root, 'root/inside');
  mkdirSync(inside);
  copyFileSync(values.deb, join(inside, 'coldgate.deb'));
  makeVariants(values.deb, work, inside);
  copyFileSync(join(here, 'inside-debian.sh'), join(inside, 'inside-debian.sh'));
  cpSync(join(here, 'inside-debian'), join(inside, 'parts'), { recursive: true });
  // Journals of all boots: one of them is cut.
  mkdirSync(join(root, 'var/log/journal'));
  const unit =
    '[Unit]\nAfter=multi-user.target\n[Service]\nType=simple\nExecStart=/bin/bash /root/inside/inside-debian.sh\n';
  const units = join(root, 'etc/systemd/system');
  writeFileSync(join(units, 'inside-debian.service'), unit);
  mkdirSync(join(units, 'multi-user.target.wants'), { recursive: true });
  symlinkSync(
    '/etc/systemd/system/inside-debian.service',
    join(units, 'multi-user.target.wants/inside-debian.service'),
  );
}

/** @returns the lines that the container has told so far */
function resultsOf(root) {
  const path = join(root, 'var/log/inside-debian.results');
  if (!existsSync(path)) return [];
  // The last line may be half written.
  return readFileSync(path, 'utf8').split('\n').slice(0, -1);
}

/** Boots once, prints what is told meanwhile. @returns whether it ended by itself */
async function boot(root, shown) {
  const container = ['-q', '-D', root, '--boot', '--register=no', '--keep-unit', '--private-network', ...bpf];
  const child = spawn('systemd-nspawn', container, {
    stdio: ['ignore', 'ignore', 2],
    timeout: BOOT_LIMIT_MS,
    killSignal: 'SIGKILL',
    env: { ...process.env, SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' },
  });
  const show = () => {
    for (const line of resultsOf(root).slice(shown.count)) {
      console.log(line);
      shown.count += 1;
    }
  };
  const looks = setInterval(show, LOOK_MS);
  const signal = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (_code, by) => resolve(by));
  });
  clearInterval(looks);
  show();
  return signal === null;
}

/** @returns whether all held */
async function bootThrough(root) {
  const shown = { count: 0 };
  for (let boots = 0; boots < MAX_BOOTS; boots += 1) {
    const isEnded = await boot(root, shown);
    const last = resultsOf(root).at(-1);
    if (!isEnded) console.error(`test:debian: the boot took longer than ${BOOT_LIMIT_MS / 60_000} minutes`);
    if (!isEnded || last !== 'power cut') break;
  }
  const results = resultsOf(root);
  const count = (word) => results.filter((line) => line.startsWith(`${word} `)).length;
  console.log(`${count('ok')} ok, ${count('not ok')} not ok, ${count('not seen')} not seen`);
  if (results.at(-1) === 'done') return count('not ok') === 0;
  console.error(`test:debian: it did not come to its end, but to: ${results.at(-1) ?? 'nothing'}`);
  return false;
}

async function main() {
  if (process.getuid?.() !== 0) throw new Error('only root may boot a container');
  if (!values.deb) throw new Error('name the package: --deb packed/coldgate_..._amd64.deb');
  const work = mkdtempSync(join(tmpdir(), 'coldgate-debian-'));
  const root = values.root ?? join(work, 'root');
  try {
    makeRoot({ ...values, root, include });
    prepare(root, work);
    if (await bootThrough(root)) return;
    const log = join(root, 'var/log/inside-debian.log');
    if (existsSync(log)) console.error(readFileSync(log, 'utf8').slice(-SHOWN_LOG));
    process.exitCode = 1;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  console.error(`test:debian: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
