// Files that hold a secret: made once, never overwritten, mode 0600, and refused when others may read them.
// The checks are made on the open file, so that a path exchanged in between gains nothing.
// Knows nothing of what the bytes mean. POSIX modes only: access lists are not looked at.

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { makeNewFile } from '../journal/new-file.js';
import { KeyError } from './key-error.js';

const othersMask = 0o077;

/**
 * Writes a new file of mode 0600 durably (file and folder are flushed), whole or not at all.
 * @throws KeyError KEY_FILE_EXISTS, KEY_FILE_UNWRITABLE
 */
export function createSecretFile(path: string, text: string): void {
  let isNew: boolean;
  try {
    isNew = makeNewFile(path, text);
  } catch (cause) {
    throw unwritable(path, cause);
  }
  if (!isNew) throw exists(path);
}

/**
 * Reads a secret file of at most `maxBytes`, after its mode and owner are checked.
 * @throws KeyError KEY_FILE_ABSENT, KEY_FILE_OPEN_TO_OTHERS, KEY_FILE_WRONG_OWNER, KEY_FILE_UNREADABLE, KEY_FILE_DAMAGED
 */
export function readSecretFile(path: string, maxBytes: number): string {
  let file: number | undefined;
  try {
    // Non-blocking, so that a named pipe in its place cannot hold up the start.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    checkAccess(path, file);
    const bytes = new Uint8Array(maxBytes + 1);
    const length = readSync(file, bytes, 0, bytes.length, 0);
    if (length > maxBytes) throw damaged(path, `is larger than ${maxBytes} bytes`);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length));
  } catch (cause) {
    throw asKeyError(path, cause);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** What makes a file unfit for a secret. */
export function damaged(path: string, what: string, cause?: unknown): KeyError {
  return new KeyError('KEY_FILE_DAMAGED', `${path} ${what}`, 'bring the file back from a backup', cause);
}

function checkAccess(path: string, file: number): void {
  const status = fstatSync(file);
  if (!status.isFile())
    throw new KeyError('KEY_FILE_UNREADABLE', `${path} is not a regular file`, 'check the path');
  const uid = process.getuid?.();
  if (uid !== undefined && uid !== 0 && status.uid !== uid) {
    const message = `${path} belongs to user ${status.uid}, this process runs as user ${uid}`;
    throw new KeyError('KEY_FILE_WRONG_OWNER', message, `chown ${uid} ${path}`);
  }
  if ((status.mode & othersMask) !== 0) {
    const mode = (status.mode & 0o777).toString(8).padStart(4, '0');
    const message = `${path} has mode ${mode}: others on this machine may use it`;
    throw new KeyError('KEY_FILE_OPEN_TO_OTHERS', message, `chmod 600 ${path}`);
  }
}

function asKeyError(path: string, cause: unknown): KeyError {
  if (cause instanceof KeyError) return cause;
  if (cause instanceof TypeError) return damaged(path, 'is not UTF-8 text', cause);
  if (errnoOf(cause) === 'ENOENT') {
    return new KeyError(
      'KEY_FILE_ABSENT',
      `${path} does not exist`,
      'check the path, or make it with: coldgate init',
      cause,
    );
  }
  return new KeyError(
    'KEY_FILE_UNREADABLE',
    `${path} cannot be read (${errnoOf(cause)})`,
    'check the owner and the folders above it',
    cause,
  );
}

function exists(path: string): KeyError {
  return new KeyError(
    'KEY_FILE_EXISTS',
    `${path} exists and is never overwritten`,
    'choose another folder, or move it away',
  );
}

function unwritable(path: string, cause: unknown): KeyError {
  return new KeyError(
    'KEY_FILE_UNWRITABLE',
    `${path} cannot be written (${errnoOf(cause)})`,
    'check the folder, its owner and the free space',
    cause,
  );
}

function errnoOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
}
