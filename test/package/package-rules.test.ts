// What may be inside a release: licences and install scripts by the lock file, and a Debian package that has what it must. The
// long forms are `npm run package` (two builds, one hash) and `npm run test:debian` (a booted Debian).

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageOf, productSources } from '../architecture/source-tree.js';
import { hasProgram } from '../firmware-bridge/peer-program.js';

/** Scripts without types of their own. */
const scripts = (name: string) =>
  import(new URL(`../../gateway/packaging/${name}.mjs`, import.meta.url).href);
const { billOfMaterials } = await scripts('bill-of-materials');
const { shrinkwrapOf } = await scripts('clean-copy');
const { buildDebian } = await scripts('debian-package');
const { isAllowed, licenceFindings, scriptFindings, shippedInside } = await scripts('package-rules');

const root = fileURLToPath(new URL('../..', import.meta.url));
const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8');
const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

interface LockEntry {
  dev?: boolean;
  license?: string;
  hasInstallScript?: boolean;
}
const lockWith = (packages: Record<string, LockEntry>) => {
  const lock = JSON.parse(lockText);
  return { ...lock, packages: { ...lock.packages, ...packages } };
};
const noFile = () => undefined;

describe('licences', () => {
  it.each([
    ['MIT', true],
    ['(MIT OR WTFPL)', true],
    ['(Apache-2.0 AND BSD-3-Clause)', true],
    ['GPL-3.0-only', false],
    ['MIT AND GPL-2.0-only', false],
    ['(MIT OR (GPL-2.0-only AND ISC))', false],
    ['UNLICENSED', false],
    ['SEE LICENSE IN LICENSE', false],
  ])('%s may be passed on: %s', (expression, allowed) => {
    expect(isAllowed(expression)).toBe(allowed);
  });

  it('of a new package that are not on the list are told, of development ones they are not', () => {
    const lock = lockWith({
      'node_modules/x': { license: 'AGPL-3.0-only' },
      'node_modules/y': { license: 'GPL-2.0', dev: true },
    });
    expect(licenceFindings(lock, noFile).filter((line: string) => !line.startsWith('png-js'))).toEqual([
      'x: AGPL-3.0-only is not on the list',
    ]);
  });

  it('that a package does not name count only as the file that was read', () => {
    expect(licenceFindings(JSON.parse(lockText), () => 'All rights reserved')).toEqual([
      'png-js: names no licence, and its licence file is not one that was read',
    ]);
    expect(licenceFindings(lockWith({ 'node_modules/z': {} }), () => 'MIT').join()).toContain(
      'z: names no licence',
    );
  });

  it('are looked at for what is bundled too', () => {
    const lock = lockWith({ 'node_modules/preact': { license: 'GPL-3.0-only', dev: true } });
    expect(licenceFindings(lock, noFile).join()).toContain('preact: GPL-3.0-only');
  });
});

describe('install scripts', () => {
  it('of the lock file are known', () => {
    expect(scriptFindings(JSON.parse(lockText))).toEqual([]);
  });

  it.each([
    ['node_modules/sly', {}, 'sly (production): a new install script'],
    ['node_modules/sly', { dev: true }, 'sly (development): a new install script'],
    ['node_modules/protobufjs', {}, 'protobufjs (production): a new install script'],
  ])('of a package that had none fail the check: %s %j', (path, more, line) => {
    expect(scriptFindings(lockWith({ [path]: { hasInstallScript: true, ...more } }))).toContain(line);
  });
});

describe('what is shipped', () => {
  it('has in its bill all that the pages bundle', () => {
    const isPage = /^gateway\/(console\/web|verifier\/page|pack-page\/page)\//;
    const bundled = productSources
      .filter(({ path }) => isPage.test(path))
      .flatMap(({ imports }) => imports.filter(({ file }) => file === undefined))
      .map(({ specifier }) => packageOf(specifier))
      .filter((name) => name in own.devDependencies);
    expect(bundled.length).toBeGreaterThan(0);
    expect([...new Set(bundled)].filter((name) => !shippedInside.includes(name))).toEqual([]);
  });

  it('has a bill that names each package of production with its hash, and nothing of the moment of its making', () => {
    const { components, metadata } = JSON.parse(billOfMaterials(1_000_000_000));
    const names = components.map(({ name }: { name: string }) => name);
    for (const name of [...Object.keys(own.dependencies), ...shippedInside]) expect(names).toContain(name);
    expect(names).not.toContain('vitest');
    expect(components.every(({ hashes }: { hashes: unknown[] }) => hashes.length > 0)).toBe(true);
    expect(metadata.timestamp).toBe('2001-09-09T01:46:40.000Z');
  });

  it('carries a lock without development', () => {
    const { packages } = JSON.parse(shrinkwrapOf(lockText));
    expect(packages['node_modules/better-sqlite3'].integrity).toMatch(/^sha512-/);
    expect(Object.values(packages).some((entry) => (entry as LockEntry).dev)).toBe(false);
    expect(packages[''].devDependencies).toBeUndefined();
  });
});

describe.skipIf(!hasProgram('dpkg-deb', 'dpkg'))('the Debian package', () => {
  let work = '';
  let deb = '';
  const ask = (...parameters: string[]) => {
    const { stdout } = spawnSync('dpkg-deb', [...parameters, deb], { encoding: 'utf8', maxBuffer: 1 << 26 });
    return stdout;
  };

  beforeAll(() => {
    work = mkdtempSync(join(tmpdir(), 'coldgate-deb-'));
    const packed = spawnSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', work], {
      cwd: root,
      encoding: 'utf8',
    });
    const tarball = join(work, JSON.parse(packed.stdout)[0].filename);
    deb = buildDebian({ tarball, out: work, work, architecture: undefined, compression: 'none' });
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  it('has the program, its modules, every unit and the udev rules, all of root', () => {
    const listed = ask('--contents').split('\n');
    const paths = listed.map((line) => line.split(/\s+/)[5] ?? '');
    for (const path of [
      './usr/bin/coldgate',
      './usr/lib/coldgate/dist/gateway/cli/coldgate.js',
      './usr/lib/coldgate/node_modules/better-sqlite3/build/Release/better_sqlite3.node',
      './usr/lib/systemd/system/coldgate.service',
      './usr/lib/systemd/system/coldgate-gateway.service',
      './usr/lib/systemd/system/coldgate-ledger-sync.service',
      './usr/lib/systemd/system/coldgate-console.service',
      './usr/lib/systemd/system/coldgate-relay.service',
      './usr/lib/systemd/system/coldgate-update.service',
      './usr/lib/udev/rules.d/99-coldgate.rules',
    ]) {
      expect(paths).toContain(path);
    }
    expect(listed.filter((line) => line !== '' && !line.includes('root/root'))).toEqual([]);
    expect(listed.filter((line) => /^.{8}w/.test(line) && !line.startsWith('l'))).toEqual([]);
  });

  it('holds no test, no source of a native module and no development package', () => {
    expect(ask('--contents')).not.toMatch(
      /sqlite3\.c$|node_modules\/(vitest|typescript|solc)\/|prebuilds\/(win32|darwin|android)/m,
    );
  });

  it('has modules that load: the program in it runs', () => {
    const folder = join(work, 'unpacked');
    spawnSync('dpkg-deb', ['-x', deb, folder]);
    const program = join(folder, 'usr/bin/coldgate');
    expect(existsSync(program)).toBe(true);
    const asked = spawnSync(process.execPath, [program, 'init', join(work, 'etc'), '--name', 'truck-17']);
    expect(asked.status).toBe(0);
    const module = join(folder, 'usr/lib/coldgate/dist/gateway/journal/database.js');
    const text = `const { openDatabase } = await import(process.argv[1]); openDatabase(process.argv[2], { access: 'owner' }).close()`;
    const opened = spawnSync(process.execPath, [
      '--input-type=module',
      '-e',
      text,
      module,
      join(work, 'journal.db'),
    ]);
    expect(String(opened.stderr)).toBe('');
  });

  it('wants the Node.js that its module was compiled for, and that alone', () => {
    const major = Number(process.versions.node.split('.')[0]);
    expect(ask('--field')).toContain(`nodejs (>= 20.19), nodejs (<< ${major + 1})`);
  });

  it('makes no key and takes no data: its scripts call neither init nor rm on them, but on versions of the program', () => {
    const folder = join(work, 'control');
    spawnSync('dpkg-deb', ['-e', deb, folder]);
    for (const name of ['postinst', 'prerm', 'postrm']) {
      const script = readFileSync(join(folder, name), 'utf8');
      expect(spawnSync('sh', ['-n', join(folder, name)]).status).toBe(0);
      const commands = script.split('\n').filter((line) => !/^\s*(#|echo )/.test(line));
      expect(commands.join('\n')).not.toMatch(/coldgate init|rm -r(?!f \/opt\/coldgate\/)|deluser|userdel/);
    }
  });
});
