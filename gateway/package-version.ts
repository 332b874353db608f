// The version of this package, from the package.json above the running file, in the sources and in dist alike.

import { readFileSync } from 'node:fs';

/** Such as `0.1.0`; `unknown` when the file was moved away from its package. */
export function packageVersion(): string {
  for (const above of ['../package.json', '../../package.json']) {
    try {
      const found: unknown = JSON.parse(readFileSync(new URL(above, import.meta.url), 'utf8'));
      if (isOwnPackage(found)) return found.version;
    } catch {
      // Not there: one folder further up.
    }
  }
  return 'unknown';
}

function isOwnPackage(found: unknown): found is { version: string } {
  if (typeof found !== 'object' || found === null) return false;
  return Reflect.get(found, 'name') === 'coldgate' && typeof Reflect.get(found, 'version') === 'string';
}
