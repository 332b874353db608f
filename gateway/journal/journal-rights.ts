// Who may open the journal. It holds what unlocks accounts, so it is the owner's alone; where the roles are services with a
// user each, its folder carries the set-group-ID bit, and then that group may write the three files of the database. SQLite
// needs it of readers too: they take their marks in the -shm file. The folder stays the owner's: a peer can neither make nor
// remove a file beside the journal.

import { accessSync, chmodSync, closeSync, constants, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const SET_GROUP_ID = 0o2000;
const OWNER_ONLY = 0o600;
const OWNER_AND_GROUP = 0o660;

const isShared = (folder: string) => (statSync(folder).mode & SET_GROUP_ID) !== 0;

/**
 * Makes the file where it is missing, and lets it follow its folder where that was given to a group. SQLite gives the mode
 * of the journal to files that it makes later.
 * @throws what the file system throws
 */
export function setJournalRights(path: string): void {
  const isForGroup = isShared(dirname(path));
  const mode = isForGroup ? OWNER_AND_GROUP : OWNER_ONLY;
  if (!statSync(path, { throwIfNoEntry: false })) closeSync(openSync(path, 'a', mode));
  if (!isForGroup) return;
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    const found = statSync(file, { throwIfNoEntry: false });
    // Not by the mode at opening: the process' mask takes rights away there.
    if (found && (found.mode & 0o777) !== mode && found.uid === process.getuid?.()) chmodSync(file, mode);
  }
}

/** Whether this user may; false for a file that is not there, true where something else is wrong. */
function isOpenTo(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code !== 'EACCES' && code !== 'ENOENT';
  }
}

/**
 * Whether a peer has to wait for the owner, who has not opened the journal, or not yet for its group, while this user may
 * not make the files that are missing.
 */
export function waitsForOwner(path: string): boolean {
  const folder = dirname(path);
  if (!isShared(folder) || isOpenTo(folder, constants.W_OK)) return false;
  const files = [path, `${path}-wal`, `${path}-shm`];
  return !files.every((file) => isOpenTo(file, constants.R_OK | constants.W_OK));
}
