// Gets a stranger's file from the disk, with a bound. What it is, ledger-sync/proofs/evidence-file.ts says.

import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { ExportError } from '../export-error.js';

const MAX_FILE_BYTES = 256 * 1024 * 1024;

/**
 * The file's bytes.
 * @throws ExportError FILE_UNREADABLE, also for one that is too long
 */
export function readEvidenceBytes(path: string): Uint8Array {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const { size } = fstatSync(file);
    if (size > MAX_FILE_BYTES) throw new Error(`it has ${size} bytes, at most ${MAX_FILE_BYTES} are read`);
    return readFileSync(file);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new ExportError('FILE_UNREADABLE', `${path} cannot be read: ${said}`, 'check the name', error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
