// Packages as `npm run package -- --deb` makes them, of this build and of later versions that differ in what the journey is about.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const { buildDebian } = await import(
  new URL('../../../gateway/packaging/debian-package.mjs', import.meta.url).href
);
const project = fileURLToPath(new URL('../../..', import.meta.url));
const HOME = 'usr/lib/coldgate';

function run(program: string, parameters: readonly string[], cwd = project): string {
  const { status, stdout, stderr } = spawnSync(program, parameters, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${parameters.slice(0, 3).join(' ')}: ${stderr}`);
  return stdout;
}

/** A change of the bundled program, which is what runs. */
export interface Patch {
  readonly from: RegExp;
  readonly to: string;
}

export interface Release {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export class RealPackages {
  readonly folder = mkdtempSync(join(tmpdir(), 'coldgate-packages-'));
  /** The program as apt has installed it. */
  readonly installed = join(this.folder, 'installed');
  readonly #tree: string;

  constructor() {
    const tarball = join(this.folder, 'coldgate.tgz');
    // What npm packs, without its minute of looking around.
    const { files } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
    const packed = files.filter((path: string) => !path.startsWith('!'));
    const left = ['--exclude=dist/bundle/*.map', '--exclude=dist/.tsbuildinfo'];
    run('tar', ['-czf', tarball, ...left, '--transform', 's,^,package/,', 'package.json', ...packed]);
    const work = join(this.folder, 'work');
    const deb: string = buildDebian({
      tarball,
      out: this.folder,
      work,
      architecture: undefined,
      compression: 'none',
    });
    this.#tree = join(work, `debian-${/_([a-z0-9]+)\.deb$/.exec(deb)?.[1]}`);
    run('cp', ['-al', join(this.#tree, HOME), this.installed]);
    rmSync(deb);
  }

  /** A later version; the next one begins with these patches too. */
  release(version: string, patches: readonly Patch[]): Release {
    this.#patch(['package.json'], /"version": "[^"]*"/, `"version": "${version}"`);
    const bundle = readdirSync(join(this.#tree, HOME, 'dist/bundle')).filter((name) => name.endsWith('.js'));
    for (const { from, to } of patches)
      this.#patch(
        bundle.map((name) => `dist/bundle/${name}`),
        from,
        to,
      );
    const path = join(this.folder, `coldgate_${version}.deb`);
    run('dpkg-deb', ['--root-owner-group', '-Znone', '--build', this.#tree, path]);
    const content = readFileSync(path);
    return { path, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
  }

  /** Linked files are replaced, not written over. */
  #patch(files: readonly string[], from: RegExp, to: string): void {
    const found = files.filter((file) => from.test(readFileSync(join(this.#tree, HOME, file), 'utf8')));
    if (found.length === 0) throw new Error(`nothing is like ${from}`);
    for (const file of found) {
      const path = join(this.#tree, HOME, file);
      writeFileSync(`${path}.new`, readFileSync(path, 'utf8').replace(from, to));
      renameSync(`${path}.new`, path);
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
