// Where the number of the next Sparkplug connection is kept: a file of its own beside the journal, since it must be durable
// before each connection, and no record tells of it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../journal/replace-file.js';
import type { BdSeqStore } from './bd-seq.js';

export function bdSeqFile(dataDir: string): BdSeqStore {
  const path = join(dataDir, 'sparkplug-bdseq');
  return {
    load: () => {
      try {
        return Number(readFileSync(path, 'utf8'));
      } catch {
        // Not there yet, or not readable: a new life begins with 0.
        return 0;
      }
    },
    save: (next) => replaceFile(path, String(next)),
  };
}
