// Makes a file that was not there, whole or not at all, and never over another: written beside its place, flushed, and linked
// to its name. Whoever is killed in between, or comes second, has changed nothing.

import { linkSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { flushFolder, writeFlushed } from './replace-file.js';

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
    writeFlushed(next, text, mode, 'w');
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
    writeFlushed(path, text, mode, 'wx');
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    // Half a file would block the next attempt.
    rmSync(path, { force: true });
    throw error;
  }
  flushFolder(dirname(path));
  return true;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';
