// Replaces a small file so that a power cut leaves the old one or the new one: new file, fsync, rename, fsync of the folder.

import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** What lies beside the journal is not for everybody on the machine. */
const OWNER_ONLY = 0o600;

/** Durable when it returns. @throws what the file system throws */
export function replaceFile(path: string, text: string): void {
  const next = `${path}.next`;
  const file = openSync(next, 'w', OWNER_ONLY);
  try {
    const bytes = Buffer.from(text, 'utf8');
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(next, path);
  flushFolder(dirname(path));
}

/** Makes names in a folder durable. */
export function flushFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
