// The modules that are machine code: for this machine as npm installed them, for arm64 on another machine compiled across
// (better-sqlite3) or as their maker built them (@serialport/bindings-cpp, for any Node by N-API).

import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { project, run } from './clean-copy.mjs';

/** Debian's architecture, Node's, and the compiler's prefix. */
const machines = new Map([
  ['amd64', { node: 'x64', prefix: 'x86_64-linux-gnu' }],
  ['arm64', { node: 'arm64', prefix: 'aarch64-linux-gnu' }],
]);

/** Compiles with Debian's cross compiler. Node's headers are those of this machine: they are the same for all. */
function compile(machine, work) {
  const folder = join(work, `better-sqlite3-${machine.node}`);
  cpSync(join(project, 'node_modules/better-sqlite3'), folder, {
    recursive: true,
    filter: (path) => !/\/better-sqlite3\/build(\/|$)/.test(path),
  });
  const tool = (name) => `${machine.prefix}-${name}`;
  const env = { ...process.env, CC: tool('gcc'), CXX: tool('g++'), AR: tool('ar'), LINK: tool('g++') };
  // Paths of this machine would else stand in the file.
  const map = `-ffile-prefix-map=${folder}=.`;
  Object.assign(env, { CFLAGS: map, CXXFLAGS: map });
  // Its own script: npm has node-gyp for those.
  run('npm', ['run', 'build-release', '--', `--arch=${machine.node}`], { cwd: folder, env });
  return join(folder, 'build/Release/better_sqlite3.node');
}

/** Optional, and only as npm compiled it here: a package for another machine cannot use tokens, and says so. */
function copyTokenModule(home) {
  const path = 'node_modules/pkcs11js/build/Release/pkcs11.node';
  const own = join(project, path);
  if (!existsSync(own)) return;
  const copy = join(home, path);
  mkdirSync(dirname(copy), { recursive: true });
  copyFileSync(own, copy);
  chmodSync(copy, 0o644);
  run('strip', ['--strip-unneeded', copy]);
}

/** Puts the modules where the packages look for them. @throws Error for a machine that is not known */
export function buildNatively({ home, architecture, work }) {
  const machine = machines.get(architecture);
  if (!machine) throw new Error(`no native modules for ${architecture}: ${[...machines.keys()].join(', ')}`);
  const isOwn = machine.node === process.arch;
  const own = join(project, 'node_modules/better-sqlite3/build/Release/better_sqlite3.node');
  const release = join(home, 'node_modules/better-sqlite3/build/Release');
  mkdirSync(release, { recursive: true });
  const database = join(release, 'better_sqlite3.node');
  copyFileSync(isOwn && existsSync(own) ? own : compile(machine, work), database);
  chmodSync(database, 0o644);
  run(`${isOwn ? '' : `${machine.prefix}-`}strip`, ['--strip-unneeded', database]);

  if (isOwn) copyTokenModule(home);

  const serial = 'node_modules/@serialport/bindings-cpp/prebuilds';
  const folder = join(home, serial, `linux-${machine.node}`);
  mkdirSync(folder, { recursive: true });
  const built = join(project, serial, `linux-${machine.node}`);
  // Debian has glibc.
  const names = readdirSync(built).filter((name) => name.endsWith('.node') && !name.includes('musl'));
  if (names.length === 0) throw new Error(`${built} holds no module`);
  for (const name of names) copyFileSync(join(built, name), join(folder, name));
}
