// Builds the page about packs: one HTML file with its script and styles inside, a policy that names them by their hashes and allows
// nothing else, and a place for the list, which `coldgate serials page` fills.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const target = join(root, 'dist', 'gateway', 'pack-page', 'pack-page.html');

/** The hash of evidence/sha256.ts is Node's; every other file of the evidence is taken as it is. */
const portableHash = {
  name: 'portable-sha256',
  enforce: 'pre',
  resolveId(source) {
    return /(^|\/)sha256\.js$/.test(source) && !source.includes('portable')
      ? join(root, 'gateway', 'client', 'portable-sha256.ts')
      : undefined;
  },
};

async function script(entry) {
  const result = await build({
    root: join(here, 'page'),
    configFile: false,
    logLevel: 'warn',
    plugins: [portableHash],
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rollupOptions: { input: join(here, 'page', entry), output: { format: 'iife' } },
    },
  });
  const { output } = Array.isArray(result) ? result[0] : result;
  if (output.length !== 1) throw new Error(`${entry} became ${output.length} files`);
  return output[0].code.trim();
}

/** What ends a script block or begins a comment in one must not stand in it. */
const inBlock = (code) => code.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');

const hashOf = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const style = readFileSync(join(here, 'page', 'page.css'), 'utf8')
  .replace(/\/\*.*?\*\//gs, '')
  .replace(/\n\s*/g, '');
const page = inBlock(await script('pack.tsx'));
const policy = [
  "default-src 'none'",
  `script-src ${hashOf(page)}`,
  `style-src ${hashOf(style)}`,
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** Filled later: the list is data, and no script. */
const list = '{{list}}';
const parts = { policy, style, page, list };
const template = readFileSync(join(here, 'page', 'page.template'), 'utf8');
const html = template.replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name]);
for (const [name, part] of Object.entries(parts)) {
  if (!html.includes(part)) throw new Error(`page.template has no place for ${name}`);
}
mkdirSync(dirname(target), { recursive: true });
writeFileSync(target, html);
