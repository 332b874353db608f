// The version of this package, from the package.json above the running file, in the sources and in dist alike.

import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Such as `0.1.0`; `unknown` when the file was moved away from its package. */
export const packageVersion = (): string => ownPackage()?.version ?? 'unknown';

/** Where this program lies, absolute and without links; '' when the file was moved away from its package. */
export const packageFolder = (): string => ownPackage()?.folder ?? '';

function ownPackage(): { readonly version: string; readonly folder: string } | undefined {
  for (const above of ['../package.json', '../../package.json']) {
    try {
      const sheet = new URL(above, import.meta.url);
      const found: unknown = JSON.parse(readFileSync(sheet, 'utf8'));
      if (isOwnPackage(found)) return { version: found.version, folder: dirname(fileURLToPath(sheet)) };
    } catch {
      // Not there: one folder further up.
    }
  }
  return undefined;
}

function isOwnPackage(found: unknown): found is { version: string } {
  if (typeof found !== 'object' || found === null) return false;
  return Reflect.get(found, 'name') === 'coldgate' && typeof Reflect.get(found, 'version') === 'string';
}
