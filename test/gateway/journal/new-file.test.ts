// A file that is made once: whole or not at all, never over another, also where two programs want it at once.

import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeNewFile } from '../../../gateway/journal/new-file.js';
import { tempFolder } from '../temp-folder.js';

test('is there whole, with its rights, and nothing beside it', () => {
  const folder = tempFolder();
  expect(makeNewFile(join(folder, 'a'), 'text')).toBe(true);
  expect(makeNewFile(join(folder, 'b'), 'ä', 0o644)).toBe(true);
  expect(readdirSync(folder)).toEqual(['a', 'b']);
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('text');
  expect(['a', 'b'].map((name) => statSync(join(folder, name)).mode & 0o777)).toEqual([0o600, 0o644]);
});

test('never takes the place of a file, a link that leads nowhere, or a folder', () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'file'), 'before');
  symlinkSync(join(folder, 'nowhere'), join(folder, 'link'));
  mkdirSync(join(folder, 'folder'));
  for (const name of ['file', 'link', 'folder']) expect(makeNewFile(join(folder, name), 'after')).toBe(false);
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('before');
  expect(existsSync(join(folder, 'nowhere'))).toBe(false);
  expect(readdirSync(folder)).toHaveLength(3);
});

test('is not there by halves after a kill before the end', () => {
  const folder = tempFolder();
  const module = new URL('../../../dist/gateway/journal/new-file.js', import.meta.url).href;
  // The write is the moment: half of it, and the process is gone.
  const killed = `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const write = fs.writeSync;
    fs.writeSync = (file, bytes) => { write(file, bytes, 0, 3); process.kill(process.pid, 'SIGKILL'); };
    syncBuiltinESMExports();
    const { makeNewFile } = await import(${JSON.stringify(module)});
    makeNewFile(${JSON.stringify(join(folder, 'key'))}, 'secret');`;
  const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', killed]);
  expect(signal).toBe('SIGKILL');
  expect(existsSync(join(folder, 'key'))).toBe(false);
  expect(makeNewFile(join(folder, 'key'), 'secret')).toBe(true);
  expect(readFileSync(join(folder, 'key'), 'utf8')).toBe('secret');
});

test('says what the file system says, and leaves nothing', () => {
  const folder = tempFolder();
  expect(() => makeNewFile(join(folder, 'absent', 'a'), 'text')).toThrow(/ENOENT/);
  expect(readdirSync(folder)).toEqual([]);
});
