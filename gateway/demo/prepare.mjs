// Runs before `npm start` and `npm test`: installs what is missing, once, and builds what is stale. Plain
// JavaScript without dependencies, since it is what makes them available.

import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const WANTED = [20, 19];

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > WANTED[0] || (major === WANTED[0] && minor >= WANTED[1])) return;
  console.error(
    `coldgate needs Node.js ${WANTED.join('.')} or newer; this is ${process.versions.node}. [NODE_TOO_OLD]`,
  );
  process.exit(2);
}

function run(what, ...command) {
  const [program, ...rest] = command;
  const result = spawnSync(program, rest, { cwd: root, stdio: ['ignore', 2, 2] });
  if (result.status === 0) return;
  console.error(`${what} failed; the lines above say why. [PREPARE_FAILED]`);
  process.exit(3);
}

/** npm writes its hidden lock file last, so a cut installation is seen as stale. */
function isInstalled() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  const wanted = join(root, 'package-lock.json');
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(wanted).mtimeMs;
}

requireNode();
if (!isInstalled()) {
  console.error(
    'coldgate: installing what is missing (once; a few minutes where a module must be compiled) ...',
  );
  // Not `npm ci`: it refuses a lock file that lacks the optional packages of other platforms.
  run('the installation', 'npm', 'install', '--no-save', '--no-audit', '--no-fund');
}
run('the build', 'npm', 'run', '--silent', 'build');
