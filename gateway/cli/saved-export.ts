// The file that an export is written to.

import { writeFileSync } from 'node:fs';
import { ExportError } from '../export-error.js';

/**
 * @param mode of a file that is new
 * @throws ExportError FILE_EXISTS unless it may overwrite, FILE_UNREADABLE
 */
export function saveExport(
  path: string,
  content: string | Uint8Array,
  mayOverwrite: boolean,
  mode = 0o666,
): void {
  try {
    writeFileSync(path, content, { flag: mayOverwrite ? 'w' : 'wx', mode });
  } catch (error) {
    throw fileProblem(path, error);
  }
}

/** Why a file could not be written. */
export function fileProblem(path: string, error: unknown): ExportError {
  const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
  return new ExportError(
    isThere ? 'FILE_EXISTS' : 'FILE_UNREADABLE',
    isThere
      ? `${path} exists`
      : `${path} cannot be written: ${error instanceof Error ? error.message : error}`,
    isThere ? 'choose another name, or say --force' : 'check the folder and its rights',
    error,
  );
}
