// Where a long-running program is: bundled (dist/bundle), else as modules (gateway/packaging/README.md, decision on the bundle).

import { statSync } from 'node:fs';

const bundle = new URL('../bundle/', import.meta.url);
/** The compiler's note of what it last compiled; no package has it. */
const compilation = new URL('../.tsbuildinfo', import.meta.url);

/**
 * The bundled file of that name, unless there is none or it is older than what was compiled since.
 * @param module the same program as modules
 */
export function bundledOr(name: string, module: URL): URL {
  const file = new URL(name, bundle);
  return changedMs(file) > changedMs(compilation) ? file : module;
}

function changedMs(file: URL): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
