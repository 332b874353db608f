// What a phone loads before the first page of the console stands: the document, its scripts and styles, the longest
// language, the page Now. Gzipped, as any browser takes it; favicon and headers are not counted.

import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = fileURLToPath(new URL('../../dist/gateway/console/web/', import.meta.url));
const KIBI = 1024;
const languages = ['words/english.ts', 'words/german.ts'];

function sizeOf(file, kind) {
  try {
    return statSync(`${built}${file}.${kind}`).size;
  } catch {
    // Too small to be worth compressing.
    return statSync(`${built}${file}`).size;
  }
}

/** The files of a chunk and of all that it imports at once. */
function filesOf(manifest, key, seen = new Set()) {
  const { file, css = [], imports = [] } = manifest[key];
  for (const one of [file, ...css]) seen.add(one);
  for (const next of imports) if (!seen.has(manifest[next].file)) filesOf(manifest, next, seen);
  return seen;
}

function measure() {
  const manifest = JSON.parse(readFileSync(`${built}manifest.json`, 'utf8'));
  const total = (kind) =>
    Math.max(
      ...languages.map((language) => {
        const keys = ['index.html', language, 'pages/now/now-page.tsx'];
        const files = new Set(['index.html', ...keys.flatMap((key) => [...filesOf(manifest, key)])]);
        return [...files].reduce((sum, file) => sum + sizeOf(file, kind), 0);
      }),
    );
  const round = (bytes) => Math.round((bytes / KIBI) * 10) / 10;
  return [
    {
      figure: 'console.firstLoadKiB',
      value: round(total('gz')),
      unit: 'KiB gzip',
      brotliKiB: round(total('br')),
    },
  ];
}

export const firstLoadMeasurements = [{ figures: ['console.firstLoadKiB'], measure: async () => measure() }];
