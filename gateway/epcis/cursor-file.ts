// Where capturing stands, in a file of its own beside the journal. It may be lost: the log is then told again from its
// beginning, under the same names.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../journal/replace-file.js';
import type { CaptureCursor } from './capture-client.js';

const NAME = 'epcis-cursor.json';

/** The cursor in a data folder. A power cut leaves the one before, or the new one. */
export function cursorFile(dataDir: string): CaptureCursor {
  const path = join(dataDir, NAME);
  return {
    load: () => {
      try {
        const text = readFileSync(path, 'utf8');
        JSON.parse(text);
        return text;
      } catch {
        // Absent, or cut off by a failing card.
        return undefined;
      }
    },
    save: (cursor) => replaceFile(path, cursor),
  };
}
