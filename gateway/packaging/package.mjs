// `npm run package`: the npm artefact, built twice in clean copies that differ in folder, time zone, language and mask, and
// refused unless both have the same bytes; its bill of materials; with --deb a Debian package made of it.

import { createHash } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { billOfMaterials } from './bill-of-materials.mjs';
import { packCopy, project, run, sourceDateEpoch } from './clean-copy.mjs';
import { buildDebian } from './debian-package.mjs';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(project, 'packed') },
    /** Builds once and compares nothing: to try something out. */
    once: { type: 'boolean', default: false },
    deb: { type: 'boolean', default: false },
    /** Of Debian packages, as often as there are machines; without it this one's. */
    arch: { type: 'string', multiple: true, default: [] },
  },
});

const say = (text) => console.error(`package: ${text}`);
const sha256 = (path) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** What two builds must not depend on. */
const surroundings = [
  { env: { TZ: 'UTC', LC_ALL: 'C' }, mask: 0o022, folder: 'a' },
  { env: { TZ: 'Asia/Tokyo', LC_ALL: 'C.UTF-8' }, mask: 0o077, folder: 'another-folder-with-a-longer-name' },
];

/** Names of files whose bytes differ, or that only one tarball has. */
function differences(tarballs) {
  const [one, other] = tarballs.map((tarball) => {
    const folder = mkdtempSync(join(tmpdir(), 'coldgate-compare-'));
    run('tar', ['xzf', tarball, '-C', folder]);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const hashes = files.map((entry) => join(entry.parentPath, entry.name));
    const found = new Map(hashes.map((path) => [path.slice(folder.length), sha256(path)]));
    rmSync(folder, { recursive: true });
    return found;
  });
  const names = [...new Set([...one.keys(), ...other.keys()])].sort();
  return names.filter((name) => one.get(name) !== other.get(name));
}

function build(work) {
  const tarballs = surroundings.slice(0, values.once ? 1 : 2).map(({ env, mask, folder }) => {
    say(`building in a clean copy (${Object.values(env).join(', ')}) ...`);
    const before = process.umask(mask);
    const tarball = packCopy(join(work, folder), env);
    process.umask(before);
    return tarball;
  });
  const hashes = new Set(tarballs.map(sha256));
  if (hashes.size === 1) return tarballs[0];
  const differing = differences(tarballs);
  const what = differing.length === 0 ? 'the archive itself' : differing.slice(0, 20).join('\n  ');
  throw new Error(`two builds of the same sources differ:\n  ${what}`);
}

function main() {
  const work = mkdtempSync(join(tmpdir(), 'coldgate-package-'));
  try {
    const tarball = build(work);
    mkdirSync(values.out, { recursive: true });
    const made = [join(values.out, basename(tarball))];
    copyFileSync(tarball, made[0]);
    const bill = join(values.out, basename(tarball).replace(/\.tgz$/, '.cdx.json'));
    writeFileSync(bill, billOfMaterials(sourceDateEpoch()));
    made.push(bill);
    if (values.deb) {
      for (const architecture of values.arch.length > 0 ? values.arch : [undefined]) {
        say(`building the Debian package${architecture ? ` for ${architecture}` : ''} ...`);
        made.push(buildDebian({ tarball, out: values.out, architecture, work }));
      }
    }
    const sums = made.map((path) => `${sha256(path)}  ${basename(path)}`);
    writeFileSync(join(values.out, 'SHA256SUMS'), `${sums.join('\n')}\n`);
    for (const line of sums) console.log(line);
    if (!values.once) say('both builds have the same bytes');
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

try {
  main();
} catch (error) {
  console.error(`package: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
