// An order for the version before: that it may set aside a journal whose layout is too new for it. Given by an update that goes
// back, and only by it: whoever starts an older program by mistake is refused as ever. A copy of before is never put in the place of
// a journal that the newer version has signed in: that would be two logs under one key.

import { readFileSync, rmSync } from 'node:fs';
import { layoutOf } from '../journal/journal-copy.js';
import { replaceFile } from '../journal/replace-file.js';

/** Moved along with the journal (damaged-folder.ts). */
const pathOf = (journalPath: string) => `${journalPath}-step-back`;
/** Whoever goes back may be another user than whoever opens the journal. */
const READABLE = 0o644;

/** @param layout the newest that may be set aside. @throws what the file system throws */
export function orderStepBack(journalPath: string, layout: number): void {
  replaceFile(
    pathOf(journalPath),
    JSON.stringify({ format: 'coldgate-step-back', version: 1, layout }),
    READABLE,
  );
}

/** Whether the journal there may be set aside for its layout. Read by hand: the writer's thread loads no schema library. */
export function mayStepBack(journalPath: string): boolean {
  try {
    const { format, layout } = JSON.parse(readFileSync(pathOf(journalPath), 'utf8'));
    const found = layoutOf(journalPath);
    return format === 'coldgate-step-back' && found !== undefined && found <= Number(layout);
  } catch {
    return false;
  }
}

/** The journal could be opened: an order that was not needed. */
export function forgetStepBack(journalPath: string): void {
  rmSync(pathOf(journalPath), { force: true });
}
