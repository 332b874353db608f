// Whether an update stands half-way with nobody at it, and whether what was chosen is there.

import { existsSync } from 'node:fs';
import { isOver, versionBefore } from '../../update/update-state.js';
import { VersionsFolder } from '../../update/versions-folder.js';
import { type DoctorCheck, type DoctorWord, fine, found, notice, skipped } from './doctor-check.js';

export function updateWord(folder: VersionsFolder): DoctorWord {
  const state = folder.state();
  const current = folder.current();
  if (current !== undefined && !existsSync(folder.folderOf(current)))
    return found(
      `the version ${current} is chosen, and is not in ${folder.path}: the one that was installed runs`,
      'apply its package again, or delete the link: coldgate update status tells which',
    );
  if (!state) return skipped('no update was made');
  const { step, to, trouble } = state;
  if (!isOver(state)) {
    const text = `an update to ${to.software} is under way (${step})`;
    return folder.isHeld() ? notice(text, 'wait for it') : found(`${text}, and nobody is at it`);
  }
  if (step !== 'done')
    return notice(
      `the update to ${to.software} did not come into force: ${trouble?.message ?? step}`,
      'coldgate update status',
    );
  const before = versionBefore(state, current ?? null)?.before;
  return fine(`${to.software} is in force${before ? `; ${before.software} can be gone back to` : ''}`);
}

export const updateChecks = (folder = new VersionsFolder()): DoctorCheck[] => [
  {
    id: 'update',
    mend: 'coldgate update status, as root, finishes or undoes it',
    look: () => updateWord(folder),
  },
];
