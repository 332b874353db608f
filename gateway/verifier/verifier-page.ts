// The built page, for whoever hands it on: the command line, the console, an inspector's pack.

import { readFileSync } from 'node:fs';
import { ExportError } from '../export-error.js';

/**
 * The page's bytes.
 * @throws ExportError FILE_UNREADABLE where the build has not made it
 */
export function readVerifierPage(): Buffer {
  // Beside this file in dist; from the sources, in dist as well.
  for (const place of ['./verifier.html', '../../dist/gateway/verifier/verifier.html']) {
    try {
      return readFileSync(new URL(place, import.meta.url));
    } catch {
      // Not there: the other place.
    }
  }
  throw new ExportError('FILE_UNREADABLE', 'the verifier page is not there', 'npm run build makes it');
}
