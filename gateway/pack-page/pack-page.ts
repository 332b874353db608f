// The built page with a list in it.

import { readFileSync } from 'node:fs';
import type { PackList } from '../../ledger-sync/serials/pack-list.js';
import { ExportError } from '../export-error.js';

const PLACE = '{{list}}';

/**
 * One HTML file that answers for the packs of the list.
 * @throws ExportError FILE_UNREADABLE where the build has not made the page
 */
export function packPage(list: PackList): string {
  for (const place of ['./pack-page.html', '../../dist/gateway/pack-page/pack-page.html']) {
    try {
      const page = readFileSync(new URL(place, import.meta.url), 'utf8');
      // Base64url, hex and numbers: nothing in it could end the block. A function, since `$` means something in a text.
      return page.replace(PLACE, () => JSON.stringify(list));
    } catch {
      // Not there: the other place.
    }
  }
  throw new ExportError('FILE_UNREADABLE', 'the page about packs is not there', 'npm run build makes it');
}
