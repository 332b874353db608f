// The package in the arm64 Debian: installed, upgraded, removed, purged and installed again. There is no systemd in that root: what
// units do is tried by `npm run test:debian`.

import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { makeVersion } from '../debian-variants.mjs';

const NEWER = '99.0.0';
const SECOND = 1000;

/** What an earlier run left in a kept root. */
export async function clear(machine) {
  await machine.run(['dpkg', '-P', 'coldgate']);
  for (const path of Object.values(machine.places)) {
    if (path !== machine.places.home) rmSync(machine.outside(path), { recursive: true, force: true });
  }
}

/** Puts a package where the machine reaches it. */
function bring(machine, deb) {
  const path = `/root/${basename(deb)}`;
  copyFileSync(deb, machine.outside(path));
  return path;
}

/** @returns seconds that it took */
export async function install(machine, deb, promises) {
  const path = bring(machine, deb);
  const fromMs = performance.now();
  const made = await machine.run(['apt-get', 'install', '-y', '--no-install-recommends', path]);
  const seconds = (performance.now() - fromMs) / SECOND;
  promises.check('arm64: apt installs the package', made.status === 0, made);
  if (made.status !== 0) throw new Error('without the package nothing else can be seen');
  const { stdout } = await machine.run([...machine.node, '-p', 'process.arch']);
  promises.check("arm64: Debian's Node.js is of that machine", stdout.trim() === 'arm64', stdout);
  await machine.run(['install', '-d', '-o', 'coldgate', '-g', 'coldgate', machine.places.work]);
  return seconds;
}

const keptBytes = ({ machine }) =>
  [join(machine.places.data, 'journal.db'), join(machine.places.etc, 'keys/device-key.json')].map((path) =>
    readFileSync(machine.outside(path)),
  );

/** With the stopped gateway of `scene`. */
export async function outlivePackages(scene, deb, work, promises) {
  const { machine, config } = scene;
  const keeps = (name, ...rest) => promises.check(`arm64: ${name}`, ...rest);
  const before = keptBytes(scene);
  const isKept = () => keptBytes(scene).every((bytes, index) => bytes.equals(before[index]));
  const newer = join(work, 'coldgate-newer.deb');
  makeVersion(deb, work, NEWER, newer);
  const upgraded = await machine.run(['dpkg', '-i', bring(machine, newer)]);
  const { stdout } = await machine.ask('--version');
  keeps('an upgrade brings the newer version', upgraded.status === 0 && stdout.trim() === NEWER, upgraded);
  keeps('an upgrade keeps log and key', isKept());
  const removed = await machine.run(['dpkg', '-r', 'coldgate']);
  keeps('removing keeps log and key', removed.status === 0 && isKept(), removed);
  const purged = await machine.run(['dpkg', '-P', 'coldgate']);
  keeps('purging keeps log and key', purged.status === 0 && isKept(), purged);
  const again = await machine.run(['dpkg', '-i', bring(machine, deb)]);
  const audit = await machine.ask('audit', '-c', config, '--limit', '1');
  keeps('installed again it proves the log that it finds', again.status === 0 && audit.status === 0, {
    again,
    audit,
  });
}
