// The bundled programs that a truck runs, as they were built.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { tempFolder } from '../gateway/temp-folder.js';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const bundle = join(dist, 'bundle');
const programs = ['program.js', 'writer-thread.js'];

it.each(programs)(
  'what %s loads is inside the bundle, but for machine code and what reads its own files',
  (name) => {
    const outside = new Set<string>();
    const seen = new Set<string>();
    const walk = (file: string) => {
      if (seen.has(file)) return;
      seen.add(file);
      const text = readFileSync(join(bundle, file), 'utf8');
      for (const [, id = ''] of text.matchAll(/(?:^|[;\n])(?:import|export)\b[^"'();]*["']([^"'\n]+)["']/g)) {
        if (id.startsWith('./')) walk(id.slice(2));
        else if (!id.startsWith('node:')) outside.add(id);
      }
    };
    walk(name);
    expect(seen.size).toBeGreaterThan(1);
    expect([...outside].filter((id) => id !== 'better-sqlite3')).toEqual([]);
  },
);

it('every file of the bundle can be loaded', () => {
  const load = `for (const file of process.argv.slice(1)) await import(file).catch((error) => console.log(file, error.message));
    process.exit();`;
  const files = readdirSync(bundle).filter((name) => name.endsWith('.js'));
  const { stdout, status } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', load, '--', ...files.map((name) => join(bundle, name))],
    { encoding: 'utf8' },
  );
  expect(stdout).toBe('');
  expect(status).toBe(0);
});

it('no text of the bundle takes two bytes a character in memory', () => {
  const files = readdirSync(bundle).filter((name) => name.endsWith('.js'));
  expect(files.filter((name) => /[^\0-\xff]/.test(readFileSync(join(bundle, name), 'utf8')))).toEqual([]);
});

it('the licence of each package inside stands beside it', () => {
  const text = readFileSync(join(bundle, 'LICENSES.txt'), 'utf8');
  const sources = readdirSync(bundle)
    .filter((name) => name.endsWith('.js.map'))
    .flatMap((name): string[] => JSON.parse(readFileSync(join(bundle, name), 'utf8')).sources);
  const names = [
    ...new Set(sources.flatMap((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1] ?? [])),
  ];
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !text.includes(`${name} `))).toEqual([]);
});

it('modules that were compiled after the bundle are run instead of it', async () => {
  const home = tempFolder();
  for (const folder of ['gateway', 'bundle']) mkdirSync(join(home, folder), { recursive: true });
  writeFileSync(join(home, 'package.json'), '{"type":"module"}');
  cpSync(join(dist, 'gateway/program-bundle.js'), join(home, 'gateway/program-bundle.js'));
  const { bundledOr } = await import(pathToFileURL(join(home, 'gateway/program-bundle.js')).href);
  const module = new URL('file:///the/modules.js');
  const bundled = pathToFileURL(join(home, 'bundle/program.js')).href;
  const chosen = () => bundledOr('program.js', module).href;

  expect(chosen()).toBe(module.href);
  writeFileSync(join(home, 'bundle/program.js'), '');
  // As npm unpacks it: a time long ago, and no note of the compiler.
  utimesSync(join(home, 'bundle/program.js'), 499_162_500, 499_162_500);
  expect(chosen()).toBe(bundled);
  writeFileSync(join(home, '.tsbuildinfo'), '');
  expect(chosen()).toBe(module.href);
  utimesSync(join(home, '.tsbuildinfo'), 499_162_499, 499_162_499);
  expect(chosen()).toBe(bundled);
  rmSync(join(home, 'bundle'), { recursive: true });
  expect(chosen()).toBe(module.href);
});

it('the bundle is packed, without its maps and without the note that would make it look stale', () => {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: join(dist, '..'),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const files: string[] = JSON.parse(stdout)[0].files.map(({ path }: { path: string }) => path);
  expect(files).toEqual(expect.arrayContaining(programs.map((name) => `dist/bundle/${name}`)));
  expect(files.filter((path) => /\.(tsbuildinfo|map)$/.test(path))).toEqual([]);
});
