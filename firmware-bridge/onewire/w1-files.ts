// The few things that the 1-Wire poller does with files, handed in so that tests need no kernel driver.

import { readdir, readFile, writeFile } from 'node:fs/promises';

/** Paths are absolute. Rejects as node:fs does, with a `code`. */
export interface W1Files {
  /** Names in a directory. */
  list(directory: string): Promise<readonly string[]>;
  read(path: string): Promise<string>;
  /** Into a file that exists. */
  write(path: string, text: string): Promise<void>;
}

export const systemW1Files: W1Files = {
  list: (directory) => readdir(directory),
  read: (path) => readFile(path, 'latin1'),
  write: (path, text) => writeFile(path, text, { flag: 'r+' }),
};
