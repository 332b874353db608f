// Makes a file that was not there, whole or not at all, and never over another: written beside its place, flushed, and linked
// to its name. Whoever is killed in between, or comes second, has changed nothing.

import { closeSync, fchmodSync, fsyncSync, linkSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { flushFolder } from './replace-file.js';

const OWNER_ONLY = 0o600;
/** What file systems answer that know no hard links, such as exFAT. */
const linkless: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/**
 * Durable when it returns.
 * @param mode rights of the file
 * @returns false if there is a file of that name: it stays as it is
 * @throws what the file system throws
 */
export function makeNewFile(path: string, text: string, mode = OWNER_ONLY): boolean {
  const next = `${path}.${process.pid}.new`;
  try {
    write(next, text, mode, 'w');
    linkSync(next, path);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') return false;
    if (!linkless.has(code)) throw error;
    return makeInPlace(path, text, mode);
  } finally {
    rmSync(next, { force: true });
  }
  flushFolder(dirname(path));
  return true;
}

/** Never over another, but not whole if the power fails meanwhile. */
function makeInPlace(path: string, text: string, mode: number): boolean {
  try {
    write(path, text, mode, 'wx');
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    // Half a file would block the next attempt.
    rmSync(path, { force: true });
    throw error;
  }
  flushFolder(dirname(path));
  return true;
}

function write(path: string, text: string, mode: number, flags: 'w' | 'wx'): void {
  const file = openSync(path, flags, OWNER_ONLY);
  try {
    if (mode !== OWNER_ONLY) fchmodSync(file, mode);
    const bytes = Buffer.from(text, 'utf8');
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';
