// Versions beside each other, the link that chooses one, and which program a command is for.

import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chosenProgram } from '../../../gateway/update/chosen-program.js';
import { compareVersions, isNodeFit, readSheet } from '../../../gateway/update/version-place.js';
import { VersionsFolder } from '../../../gateway/update/versions-folder.js';
import { tempFolder } from '../temp-folder.js';
import { CutMachine } from './cut-machine.js';
import { underMask } from './under-mask.js';

const PROGRAM = 'dist/gateway/cli/command-line.js';
const own = new URL(import.meta.url).pathname;

/** @param names of versions that are whole */
function folderWith(...names: string[]): VersionsFolder {
  const folder = new VersionsFolder(tempFolder());
  folder.make();
  chmodSync(folder.path, 0o755);
  for (const name of names) {
    mkdirSync(join(folder.folderOf(name), 'dist/gateway/cli'), { recursive: true });
    writeFileSync(join(folder.folderOf(name), PROGRAM), '');
  }
  return folder;
}

describe('the folder of versions', () => {
  it('changes what is chosen by the link alone, there and back', () => {
    const folder = folderWith('1', '2');
    expect(folder.current()).toBeUndefined();
    folder.choose('1');
    folder.choose('2');
    expect(folder.current()).toBe('2');
    folder.choose(undefined);
    folder.choose(undefined);
    expect(folder.current()).toBeUndefined();
    expect(folder.names()).toEqual(['1', '2']);
  });

  it('can be entered by the user of the roles, also one that a shell with a narrow mask has made', () => {
    const folder = new VersionsFolder(tempFolder());
    const inside = join(folder.path, 'versions');
    mkdirSync(inside, { mode: 0o700 });
    underMask(0o077, () => {
      folder.make();
      folder.staging();
    });
    const modes = [folder.path, inside, join(inside, '.staging')].map((path) => statSync(path).mode & 0o777);
    expect(modes).toEqual([0o755, 0o755, 0o755]);
  });

  it('never writes over a version that is there', () => {
    const folder = folderWith('1');
    const other = join(folder.staging(), 'program');
    mkdirSync(other);
    folder.settle(other, '1');
    expect(existsSync(join(folder.folderOf('1'), PROGRAM))).toBe(true);
    expect(existsSync(other)).toBe(false);
  });

  it('keeps what it is told to, and nothing that is not whole', () => {
    const folder = folderWith('1', '2', '3');
    folder.staging();
    folder.keepOnly(['2', undefined]);
    expect(readdirSync(join(folder.path, 'versions'))).toEqual(['2']);
  });

  it('is held by one process at a time, and not by one that is gone', async () => {
    const folder = folderWith();
    await folder.hold(async () => {
      await expect(folder.hold(async () => {})).rejects.toThrow(/another process is at an update/);
    });
    await folder.hold(async () => {});
    const gone = { pid: process.pid, startTicks: '1', bootId: 'another boot' };
    writeFileSync(join(folder.path, 'update.lock'), JSON.stringify(gone));
    expect(folder.isHeld()).toBe(false);
    await folder.hold(async () => {});
  });
});

describe('a command is for', () => {
  const pathOf = (folder: VersionsFolder, name: string) => join(folder.folderOf(name), PROGRAM);

  it('the installed program where nothing was chosen', () => {
    expect(chosenProgram('status', own, '/nonexistent')).toEqual({ path: undefined });
    expect(chosenProgram('status', own, folderWith('1').path)).toEqual({ path: undefined });
  });

  it('the version that was chosen', () => {
    const folder = folderWith('1', '2');
    folder.choose('2');
    expect(chosenProgram('run', own, folder.path)).toEqual({ path: pathOf(folder, '2') });
  });

  it('the installed program where the chosen version is gone, or others may write there', () => {
    const folder = folderWith('1');
    symlinkSync('versions/gone', join(folder.path, 'current'));
    expect(chosenProgram('run', own, folder.path).path).toBeUndefined();
    folder.choose('1');
    chmodSync(folder.path, 0o775);
    const passedOver = chosenProgram('run', own, folder.path);
    expect([passedOver.path, passedOver.warning?.includes('can be written by others')]).toEqual([
      undefined,
      true,
    ]);
  });

  it('the version before, if it is `update` while the new one is judged, and only then', () => {
    const folder = folderWith('1', '2');
    const machine = new CutMachine();
    const from = { software: '1', name: '1', folder: folder.folderOf('1'), journalLayout: 8 };
    folder.choose('2');
    folder.write({ ...machine.begun(), from, step: 'probation' });
    expect(chosenProgram('update', own, folder.path).path).toBe(pathOf(folder, '1'));
    expect(chosenProgram('run', own, folder.path).path).toBe(pathOf(folder, '2'));
    folder.write({ ...machine.begun(), step: 'probation' });
    expect(chosenProgram('update', own, folder.path)).toEqual({ path: undefined });
    folder.write({ ...machine.begun(), from, step: 'done' });
    expect(chosenProgram('update', own, folder.path).path).toBe(pathOf(folder, '2'));
  });
});

describe('a version', () => {
  it.each([
    ['0.2.0', '0.1.9', 1],
    ['0.10.0', '0.9.0', 1],
    ['1.0.0-rc.1', '1.0.0', -1],
    ['1.0.0+a', '1.0.0+b', 0],
    ['0.1.0', '0.1.0', 0],
  ])('%s against %s', (one, other, sign) => {
    expect(Math.sign(compareVersions(one, other))).toBe(sign);
    expect(Math.sign(compareVersions(other, one))).toBe(sign === 0 ? 0 : -sign);
  });

  it.each([
    ['>=20.19.0', '20.19.0', true],
    ['>=20.19.0', '20.18.9', false],
    ['>=20.19.0', '22.1.0', true],
    ['^20', '20.19.0', undefined],
  ])('that wants Node.js %s with %s: %s', (range, node, isFit) => {
    expect(isNodeFit(range, node)).toBe(isFit);
  });

  it('whose modules are missing is told from one of something else', () => {
    const folder = tempFolder();
    const write = (sheet: object) => writeFileSync(join(folder, 'package.json'), JSON.stringify(sheet));
    const sheet = {
      name: 'coldgate',
      version: '0.2.0',
      engines: { node: '>=20' },
      dependencies: { zod: '1' },
    };
    write(sheet);
    expect(() => readSheet(folder)).toThrow(/lacks dist\/gateway\/cli\/command-line.js, zod/);
    write({ ...sheet, name: 'other' });
    expect(() => readSheet(folder)).toThrow(/none of coldgate/);
    write(sheet);
    for (const path of ['node_modules/zod', 'dist/gateway/cli'])
      mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, 'node_modules/zod/package.json'), '{}');
    writeFileSync(join(folder, PROGRAM), '');
    expect(readSheet(folder)).toEqual({ software: '0.2.0', node: '>=20' });
  });
});
