// A package as a file: what is unpacked of it, and who can run that.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { takePackage, unpackProgram } from '../../../gateway/update/package-file.js';
import { hasProgram } from '../../firmware-bridge/peer-program.js';
import { tempFolder } from '../temp-folder.js';
import { underMask } from './under-mask.js';

const CONTROL =
  'Package: coldgate\nVersion: 0.2.0\nArchitecture: all\nMaintainer: x <x@localhost>\nDescription: x\n';

/** A tree with the program in it, packed as it is released. */
const packers: Readonly<
  Record<string, (tree: string, file: string) => readonly [string, readonly string[]]>
> = {
  deb: (tree, file) => ['dpkg-deb', ['--root-owner-group', '-Znone', '--build', tree, file]],
  tgz: (tree, file) => ['tar', ['-czf', file, '-C', join(tree, 'usr/lib'), 'coldgate']],
};

test.each(Object.keys(packers).filter((kind) => kind !== 'deb' || hasProgram('dpkg-deb', 'dpkg')))(
  'the user of the roles reads what root unpacks of a .%s in a shell with a narrow mask',
  async (kind) => {
    const [tree, folder] = [tempFolder(), tempFolder()];
    const inside = join(tree, 'usr/lib/coldgate/dist');
    for (const path of [inside, join(tree, 'DEBIAN')]) mkdirSync(path, { recursive: true, mode: 0o755 });
    writeFileSync(join(tree, 'DEBIAN/control'), CONTROL);
    writeFileSync(join(inside, 'program.js'), 'run()', { mode: 0o644 });
    const file = join(folder, `coldgate.${kind}`);
    const [program, parameters] = packers[kind]?.(tree, file) ?? ['false', []];
    expect(spawnSync(program, parameters, { encoding: 'utf8' })).toMatchObject({ status: 0 });

    const taken = await takePackage(file, folder);
    const into = join(folder, 'program');
    underMask(0o077, () => unpackProgram(taken, into));
    expect(readFileSync(join(into, 'dist/program.js'), 'utf8')).toBe('run()');
    const paths = [into, join(into, 'dist'), join(into, 'dist/program.js')];
    expect(paths.map((path) => statSync(path).mode & 0o777)).toEqual([0o755, 0o755, 0o644]);
  },
);
