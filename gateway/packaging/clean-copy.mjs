// A copy of the project as git has it, built on its own in a folder of its own: nothing of an earlier build gets into a
// package. Locked packages are linked in, not installed again.

import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const project = fileURLToPath(new URL('../..', import.meta.url));

/** @returns what the program printed. @throws Error with what it said when it fails */
export function run(program, parameters, options = {}) {
  const result = spawnSync(program, parameters, { encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  if (result.status === 0) return result.stdout;
  const said = result.error?.message ?? `${result.stderr ?? ''}${result.stdout ?? ''}`.slice(-4000);
  throw new Error(`${program} ${parameters.slice(0, 3).join(' ')} failed: ${said}`);
}

/** Seconds: of the environment, else of the last commit, so that each build of a commit says the same. */
export function sourceDateEpoch() {
  const given = process.env.SOURCE_DATE_EPOCH;
  if (given !== undefined && /^\d+$/.test(given)) return Number(given);
  return Number(run('git', ['log', '-1', '--format=%ct'], { cwd: project }).trim());
}

/** Copies what git knows and what is new, as it stands now, and links the installed packages. */
function copyProject(folder) {
  const listed = run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: project,
  });
  for (const path of listed.split('\0').filter((name) => name !== '')) {
    const copy = join(folder, path);
    mkdirSync(dirname(copy), { recursive: true });
    cpSync(join(project, path), copy);
    // Git knows one bit of a mode; the rest is of whoever checked out.
    chmodSync(copy, (statSync(copy).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
  const links = spawnSync('cp', ['-al', join(project, 'node_modules'), join(folder, 'node_modules')]);
  // Another disk: hard links do not reach it.
  if (links.status !== 0) run('cp', ['-a', join(project, 'node_modules'), join(folder, 'node_modules')]);
}

/** The lock file without what only development needs: npm obeys it inside an installed package, and there only. */
export function shrinkwrapOf(lockText) {
  const lock = JSON.parse(lockText);
  const wanted = Object.entries(lock.packages).filter(([, entry]) => !entry.dev);
  const { devDependencies: _development, ...own } = lock.packages[''];
  return `${JSON.stringify({ ...lock, packages: { ...Object.fromEntries(wanted), '': own } }, undefined, 2)}\n`;
}

/** npm packs modes as it finds them, so the mask of whoever builds would show in the archive. */
const MASK = 0o022;

/**
 * Copies, builds and packs.
 * @param folder for the copy; made
 * @param environment what may differ between two builds that must come out the same
 * @returns path of the tarball
 */
export function packCopy(folder, environment) {
  const before = process.umask(MASK);
  try {
    copyProject(folder);
    const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8');
    const env = { ...process.env, SOURCE_DATE_EPOCH: String(sourceDateEpoch()), ...environment };
    run('npm', ['run', '--silent', 'build'], { cwd: folder, env });
    writeFileSync(join(folder, 'npm-shrinkwrap.json'), shrinkwrapOf(lock));
    const packed = run('npm', ['pack', '--json', '--silent', '--ignore-scripts'], { cwd: folder, env });
    return join(folder, JSON.parse(packed)[0].filename);
  } finally {
    process.umask(before);
  }
}
