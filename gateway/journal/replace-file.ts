// Replaces a small file so that a power cut leaves the old one or the new one: new file, fsync, rename, fsync of the folder.

import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** What lies beside the journal is not for everybody on the machine. */
const OWNER_ONLY = 0o600;

/**
 * Durable when it returns.
 * @param mode rights of the file
 * @param next where it is written first: one of each process's own where several may replace the file at once
 * @throws what the file system throws
 */
export function replaceFile(path: string, text: string, mode = OWNER_ONLY, next = `${path}.next`): void {
  writeFlushed(next, text, mode, 'w');
  renameSync(next, path);
  flushFolder(dirname(path));
}

/** The whole text, on the disk when it returns; the name of a new file is not. @throws what the file system throws */
export function writeFlushed(path: string, text: string, mode: number, flags: 'w' | 'wx'): void {
  const file = openSync(path, flags, OWNER_ONLY);
  try {
    // Not at opening: the process' mask would take rights away, and a file of an earlier attempt keeps its own.
    if (mode !== OWNER_ONLY) fchmodSync(file, mode);
    const bytes = Buffer.from(text, 'utf8');
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
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
