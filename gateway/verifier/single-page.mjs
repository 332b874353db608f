// Builds a page that is one HTML file: script and styles inside, and a policy that names them by their hashes and allows
// nothing else. The same sources give the same bytes.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));

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

/** What ends a script block or begins a comment in one must not stand in it. */
const inBlock = (code) => code.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');

/** A program of the folder `page`, with all that it imports, as the text of a block. */
export async function scriptOf(page, entry) {
  const result = await build({
    root: page,
    configFile: false,
    logLevel: 'warn',
    plugins: [portableHash],
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rollupOptions: { input: join(page, entry), output: { format: 'iife' } },
    },
  });
  const { output } = Array.isArray(result) ? result[0] : result;
  if (output.length !== 1) throw new Error(`${entry} became ${output.length} files`);
  return inBlock(output[0].code.trim());
}

const hashOf = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * Puts the page of a folder together, from its `page.css` and `page.template`.
 * @param {{ page: string, target: string, program: string, more?: Record<string, string>, workers?: string[], trustedTypes: string }} parts
 *   the folder, the file below dist/gateway, the script; other parts of the template by name; sources of workers; names of
 *   trusted types
 */
export function writePage({ page, target, program, more = {}, workers = [], trustedTypes }) {
  const style = readFileSync(join(page, 'page.css'), 'utf8')
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\n\s*/g, '');
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(program)}`,
    `style-src ${hashOf(style)}`,
    ...(workers.length === 0 ? [] : [`worker-src ${workers.join(' ')}`]),
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    `trusted-types ${trustedTypes}`,
  ].join('; ');
  const parts = { policy, style, page: program, ...more };
  const template = readFileSync(join(page, 'page.template'), 'utf8');
  const html = template.replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name]);
  for (const [name, part] of Object.entries(parts)) {
    if (!html.includes(part)) throw new Error(`page.template has no place for ${name}`);
  }
  const file = join(root, 'dist', 'gateway', target);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, html);
}
