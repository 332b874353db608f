// Bundles the programs that a truck runs for years into dist/bundle: what a role loads is then a dozen files instead of a
// thousand. dist keeps the modules as they are: for the client, for short-lived programs, and where a bundle is stale.

import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../..', import.meta.url));
const dist = join(project, 'dist');
const target = join(dist, 'bundle');

const programs = {
  program: 'gateway/cli/program.js',
  'writer-thread': 'gateway/sealing/writer-thread.js',
};

/** Compiled for the machine, or looking for files beside themselves. */
const leftOutside = [
  'better-sqlite3',
  '@serialport/bindings-cpp',
  'pkcs11js',
  'pdfkit',
  '@fastify/static',
  '@fastify/swagger-ui',
];
const isOutside = (id) => leftOutside.some((name) => id === name || id.startsWith(`${name}/`));

/** A module looks for files and programs beside itself: where it stands in dist, not where the bundle does. */
const ownPlaces = {
  name: 'own-places',
  transform(code, id) {
    if (!id.startsWith(dist) || !code.includes('import.meta.url')) return undefined;
    const place = JSON.stringify(relative(target, id));
    return { code: code.replaceAll('import.meta.url', `new URL(${place}, import.meta.url).href`), map: null };
  },
};

/** V8 keeps a text with one character above U+00FF at two bytes for each. Such characters stand in strings and in patterns only. */
function escapeWide(path) {
  const text = readFileSync(path, 'utf8');
  if (/String\.raw`[^`]*[^\0-\xff]/.test(text))
    throw new Error(`${path} has a raw text that cannot be escaped`);
  const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  writeFileSync(path, text.replace(/[^\0-\xff]/g, escaped));
}

const changedMs = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

function isCurrent() {
  const builtMs = Math.min(...Object.keys(programs).map((name) => changedMs(join(target, `${name}.js`))));
  const sources = ['dist/.tsbuildinfo', 'package-lock.json', 'gateway/packaging/bundle.mjs'];
  return builtMs > Math.max(...sources.map((name) => changedMs(join(project, name))));
}

/** Folder of the package that a file belongs to, where it is none of ours. */
function packageOf(id) {
  const path = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id);
  return path?.[1];
}

/** Licences want to go with the code. */
function licencesOf(ids) {
  const folders = [...new Set(ids.flatMap((id) => packageOf(id) ?? []))].sort();
  return folders.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
    const text = file ? readFileSync(join(folder, file), 'utf8').trim() : '(no licence file in the package)';
    return `${name} ${version}: ${license ?? 'see below'}\n\n${text}\n`;
  });
}

if (!isCurrent()) {
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({
    input: Object.fromEntries(Object.entries(programs).map(([name, path]) => [name, join(dist, path)])),
    cwd: project,
    platform: 'node',
    external: isOutside,
    plugins: [ownPlaces],
  });
  // Renamed into place: a program that starts at the same time never sees half of it.
  const partial = `${target}.${process.pid}.partial`;
  const { output } = await bundle.write({
    dir: partial,
    format: 'esm',
    // V8 keeps the text of what is loaded. Names stay, for whoever reads a stack; the maps are for him, and are not packed.
    minify: { mangle: false, compress: false, codegen: { removeWhitespace: true } },
    sourcemap: 'hidden',
    chunkFileNames: '[name]-[hash].js',
  });
  await bundle.close();
  for (const { type, fileName } of output) if (type === 'chunk') escapeWide(join(partial, fileName));
  const ids = output.flatMap((chunk) => (chunk.type === 'chunk' ? Object.keys(chunk.modules) : []));
  writeFileSync(join(partial, 'LICENSES.txt'), licencesOf(ids).join(`\n${'-'.repeat(80)}\n\n`));
  rmSync(target, { recursive: true, force: true });
  renameSync(partial, target);
}
