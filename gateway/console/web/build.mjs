// Bundles the pages into dist/gateway/console/web and writes .br and .gz beside what compresses, so that the console
// never compresses while it serves. Skipped when sources and packages are those of the last build.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const project = fileURLToPath(new URL('../../..', import.meta.url));
const target = join(project, 'dist/gateway/console/web');
/** All that a bundle may hold: the pages, what they share with the server, the verifier. */
const inputs = ['gateway/console/web', 'gateway/console/api', 'gateway/client', 'ledger-sync/evidence'];
const compressible = /\.(js|css|html|svg|json)$/;
/** Below this a compressed file saves no packet. */
const MIN_BYTES = 512;

function filesBelow(folder) {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(path) : [path];
    })
    .sort();
}

function inputHash() {
  const hash = createHash('sha256');
  const files = inputs.flatMap((input) => filesBelow(join(project, input)));
  for (const file of [join(project, 'package-lock.json'), ...files]) {
    hash.update(`${file.slice(project.length)}\n`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

function isCurrent(wanted) {
  try {
    return readFileSync(join(target, 'build-inputs.txt'), 'utf8') === wanted;
  } catch {
    return false;
  }
}

function compress(file) {
  const bytes = readFileSync(file);
  if (!compressible.test(file) || bytes.length < MIN_BYTES) return;
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
}

const wanted = inputHash();
if (!isCurrent(wanted)) {
  // Loaded only when there is something to do: it takes longer than to look.
  const [{ build }, { webConfig }] = await Promise.all([import('vite'), import('./web-config.mjs')]);
  // Renamed into place: a console that runs at the same time never sees half a bundle.
  const partial = `${target}.${process.pid}.partial`;
  await build(webConfig(partial));
  for (const file of filesBelow(partial)) compress(file);
  writeFileSync(join(partial, 'build-inputs.txt'), wanted);
  rmSync(target, { recursive: true, force: true });
  renameSync(partial, target);
}
