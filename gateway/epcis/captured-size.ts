// How many records of the log a repository has captured, for those who ask whether a record may go.

import { cursorFile } from './cursor-file.js';
import { readState } from './source-state.js';

/** 0 where capturing never began, or does not know how far it came. */
export function capturedSize(dataDir: string): number {
  try {
    return readState(cursorFile(dataDir).load()).sequence;
  } catch {
    return 0;
  }
}
