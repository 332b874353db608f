// A Debian package made of the npm artefact: what npm installs for production, with its native modules for one architecture,
// below /usr/lib/coldgate; units, udev rules and the scripts of gateway/packaging/debian. dpkg-deb is all that it needs.

import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { project, run, sourceDateEpoch } from './clean-copy.mjs';
import { buildNatively } from './native-modules.mjs';

const scripts = join(project, 'gateway/packaging/debian');
const HOME = 'usr/lib/coldgate';

/** Who answers for the package: whoever builds it, by the variables that Debian's own tools read. */
const builder = () =>
  `${process.env.DEBFULLNAME ?? 'coldgate'} <${process.env.DEBEMAIL ?? 'root@localhost'}>`;

/** Everything below a folder, folders after what is in them. */
function below(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? [...below(path), path] : [path];
  });
}

/** Paths of the packages that a gateway runs with, as they are installed here. */
function productionPackages() {
  const listed = run('npm', ['ls', '--omit=dev', '--parseable', '--all'], { cwd: project });
  return listed.split('\n').filter((path) => path.startsWith(join(project, 'node_modules')));
}

/** Top folders of a package that only its makers use. */
const makersFolders = /^\/(tests?|__tests__|benchmarks?|bench|examples?|docs?|\.[^/]+)(\/|$)/;

/** What no program loads: sources and leavings of compiling, binaries of other machines, types, and what is for makers. */
function isNeeded(inside, name) {
  if (name === 'better-sqlite3' && /^\/(deps|src|build)(\/|$)/.test(inside)) return false;
  if (name === '@serialport/bindings-cpp' && /^\/(src|prebuilds)(\/|$)/.test(inside)) return false;
  if (name === 'pkcs11js' && /^\/(src|includes|build|binding\.gyp)(\/|$)/.test(inside)) return false;
  if (makersFolders.test(inside)) return false;
  return !/\.(map|md|markdown|ts|mts|cts)$|\/\.[^/]+$/.test(inside) || /\/LICEN[CS]E/i.test(inside);
}

function installProgram({ tarball, root }) {
  const home = join(root, HOME);
  mkdirSync(home, { recursive: true });
  run('tar', ['xzf', tarball, '-C', home, '--strip-components=1', '--no-same-owner']);
  // npm's own business: nothing is installed here any more.
  rmSync(join(home, 'npm-shrinkwrap.json'), { force: true });
  for (const from of productionPackages()) {
    const place = from.slice(project.length);
    const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const inside = (path) => path.slice(from.length);
    cpSync(from, join(home, place), {
      recursive: true,
      // Packages inside a package are listed on their own.
      filter: (path) => isNeeded(inside(path), name) && !inside(path).includes('/node_modules'),
    });
  }
  return home;
}

function installText(path, text, mode = 0o644) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode });
}

function installSystemFiles(root) {
  const units = join(root, 'usr/lib/systemd/system');
  for (const name of readdirSync(join(project, 'config/systemd'))) {
    installText(join(units, name), readFileSync(join(project, 'config/systemd', name), 'utf8'));
  }
  const rules = readFileSync(join(project, 'config/udev/99-coldgate.rules'), 'utf8');
  installText(join(root, 'usr/lib/udev/rules.d/99-coldgate.rules'), rules);
  mkdirSync(join(root, 'usr/bin'), { recursive: true });
  symlinkSync('../lib/coldgate/dist/gateway/cli/coldgate.js', join(root, 'usr/bin/coldgate'));
}

/** Debian wants the licence of each part, and the changes in its own form. */
function installDocuments({ root, home, version, epochSeconds }) {
  const documents = join(root, 'usr/share/doc/coldgate');
  const parts = below(join(home, 'node_modules')).filter((path) => /\/package\.json$/.test(path));
  const licences = parts.flatMap((path) => {
    const { name, version: of, license } = JSON.parse(readFileSync(path, 'utf8'));
    return name && of ? [`${name} ${of}: ${typeof license === 'string' ? license : 'see its folder'}`] : [];
  });
  const own = readFileSync(join(scripts, 'copyright'), 'utf8');
  const all = [...new Set(licences)].sort().map((line) => ` ${line}`);
  installText(join(documents, 'copyright'), `${own}${all.join('\n')}\n`);
  const date = new Date(epochSeconds * 1000).toUTCString().replace('GMT', '+0000');
  const entry = `coldgate (${version}) unstable; urgency=medium\n\n  * See CHANGELOG.md in /usr/lib/coldgate.\n\n -- ${builder()}  ${date}\n`;
  mkdirSync(documents, { recursive: true });
  writeFileSync(join(documents, 'changelog.gz'), gzipSync(entry, { level: 9 }), { mode: 0o644 });
  installText(join(documents, 'README.Debian'), readFileSync(join(scripts, 'README.Debian'), 'utf8'));
}

function installControl({ root, version, architecture }) {
  const folder = join(root, 'DEBIAN');
  mkdirSync(folder, { recursive: true });
  const major = process.versions.node.split('.')[0];
  const size = below(root).reduce((sum, path) => sum + Math.ceil(lstatSync(path).size / 1024), 0);
  const control = readFileSync(join(scripts, 'control'), 'utf8')
    .replace('@VERSION@', version)
    .replace('@ARCHITECTURE@', architecture)
    .replace('@INSTALLED_SIZE@', String(size))
    .replace('@NEXT_NODE@', String(Number(major) + 1))
    .replace('@MAINTAINER@', builder());
  writeFileSync(join(folder, 'control'), control);
  for (const name of ['postinst', 'prerm', 'postrm']) {
    writeFileSync(join(folder, name), readFileSync(join(scripts, name), 'utf8'));
    chmodSync(join(folder, name), 0o755);
  }
  const files = below(root).filter((path) => !path.startsWith(folder) && lstatSync(path).isFile());
  const sums = run('md5sum', files.map((path) => path.slice(root.length + 1)).sort(), { cwd: root });
  writeFileSync(join(folder, 'md5sums'), sums);
}

/** One owner, two modes, one time: what a package of the same sources must not differ in. */
function settle(root, epochSeconds) {
  for (const path of [...below(root), root]) {
    const found = lstatSync(path);
    if (found.isSymbolicLink()) continue;
    const isProgram =
      found.isDirectory() || /\/DEBIAN\/(postinst|prerm|postrm)$|\/cli\/coldgate\.js$/.test(path);
    chmodSync(path, isProgram ? 0o755 : 0o644);
    utimesSync(path, epochSeconds, epochSeconds);
  }
}

/**
 * @param tarball the npm artefact
 * @param architecture Debian's name; this machine's when absent
 * @param compression as dpkg-deb has it
 * @returns path of the package
 */
export function buildDebian({ tarball, out, work, architecture, compression = 'xz' }) {
  const wanted = architecture ?? run('dpkg', ['--print-architecture']).trim();
  const root = join(work, `debian-${wanted}`);
  const epochSeconds = sourceDateEpoch();
  const home = installProgram({ tarball, root });
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  buildNatively({ home, architecture: wanted, work });
  installSystemFiles(root);
  installDocuments({ root, home, version, epochSeconds });
  settle(root, epochSeconds);
  installControl({ root, version, architecture: wanted });
  settle(root, epochSeconds);
  const file = join(out, `coldgate_${version}_${wanted}.deb`);
  if (existsSync(file)) rmSync(file);
  const parameters = ['--root-owner-group', `-Z${compression}`, '--build', root, file];
  run('dpkg-deb', parameters, { env: { ...process.env, SOURCE_DATE_EPOCH: String(epochSeconds) } });
  return file;
}
