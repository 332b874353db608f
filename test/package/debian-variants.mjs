// The package under test under other versions: an older one to upgrade from, a newer one to update to, and a newer one that passes
// its trial and then ends again and again.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const HOME = 'usr/lib/coldgate';

/** As inside-debian.sh has them. */
const versions = { older: '0.0.9', newer: '99.0.0', crashing: '99.1.0' };

/** 0.3 s after its start, but for the trial. */
const crash = {
  from: /function startRecord\(/,
  to: "if(!process.argv.includes('trial'))setTimeout(()=>process.exit(70),300);function startRecord(",
};

function run(program, ...parameters) {
  const { status, stderr, error } = spawnSync(program, parameters, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} failed: ${error?.message ?? stderr}`);
}

/** @returns whether there was something to replace */
function replaceIn(path, from, to) {
  const text = readFileSync(path, 'utf8');
  if (!from.test(text)) return false;
  writeFileSync(`${path}.new`, text.replace(from, to));
  renameSync(`${path}.new`, path);
  return true;
}

function build(tree, version, file) {
  replaceIn(join(tree, 'DEBIAN/control'), /^Version: .*/m, `Version: ${version}`);
  replaceIn(join(tree, HOME, 'package.json'), /"version": "[^"]*"/, `"version": "${version}"`);
  run('dpkg-deb', '--root-owner-group', '-Zgzip', '-z1', '-b', tree, file);
}

/** Makes one of another version, and nothing else. */
export function makeVersion(deb, work, version, file) {
  const tree = join(work, 'variant');
  run('dpkg-deb', '-R', deb, tree);
  build(tree, version, file);
  rmSync(tree, { recursive: true });
}

/** Makes the three beside each other in `out`, as coldgate-older.deb and so on. */
export function makeVariants(deb, work, out) {
  const tree = join(work, 'variant');
  run('dpkg-deb', '-R', deb, tree);
  build(tree, versions.older, join(out, 'coldgate-older.deb'));
  build(tree, versions.newer, join(out, 'coldgate-newer.deb'));
  const bundle = join(tree, HOME, 'dist/bundle');
  const files = readdirSync(bundle).filter((name) => name.endsWith('.js'));
  const changed = files.filter((name) => replaceIn(join(bundle, name), crash.from, crash.to));
  if (changed.length === 0) throw new Error(`nothing in the bundle is like ${crash.from}`);
  build(tree, versions.crashing, join(out, 'coldgate-crashing.deb'));
  rmSync(tree, { recursive: true });
}
