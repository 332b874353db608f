// `coldgate update status` and `rollback`.

import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync } from 'node:fs';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { packageFolder, packageVersion } from '../package-version.js';
import { configurationObjections } from '../update/trial-run.js';
import { UpdateError } from '../update/update-error.js';
import { UpdateRun } from '../update/update-run.js';
import { isOver, type UpdateState, versionBefore } from '../update/update-state.js';
import { ROLLBACK_ASKED } from '../update/update-told.js';
import { MachineWork } from '../update/update-work.js';
import { VersionsFolder } from '../update/versions-folder.js';
import { type CliIo, type ExitCode, exitCodes } from './cli-io.js';
import type { StatusOptions } from './update-options.js';
import { endLines } from './update-words.js';

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Exit code 1 if an update had to be taken back just now. @throws UpdateError */
export async function runUpdateStatus(options: StatusOptions, io: CliIo): Promise<ExitCode> {
  const folder = new VersionsFolder(options.versions);
  const found = folder.state();
  const isLeft = found !== undefined && !isOver(found) && !folder.isHeld();
  const finished =
    isLeft && mayWrite(folder.path)
      ? await folder.hold(() =>
          new UpdateRun(folder, new MachineWork(folder, (text) => io.err(text))).carryOn(),
        )
      : undefined;
  const state = folder.state();
  const current = folder.current() ?? null;
  const running = { software: packageVersion(), folder: packageFolder(), current };
  if (options.json) {
    io.out(JSON.stringify({ ...running, versions: folder.names(), update: state ?? null }, undefined, 2));
  } else {
    io.out(`program   ${running.software} in ${running.folder}`);
    io.out(`chosen    ${current ?? 'none: the version that was installed by other means runs'}`);
    io.out(`kept      ${folder.names().join(', ') || 'none'}`);
    for (const line of state ? endLines(state) : ['no update was made yet']) io.out(`update    ${line}`);
    if (isLeft && !finished) io.err('  hint: nobody is at it; run this as root to finish or undo it');
  }
  return finished?.step === 'reverted' ? exitCodes.refuted : exitCodes.ok;
}

/** An update that leads back, as the last one has left it. @throws UpdateError NOTHING_BEFORE */
function wayBack(folder: VersionsFolder): UpdateState {
  const state = folder.state();
  const found = versionBefore(state, folder.current() ?? null);
  if (state && found && existsSync(found.before.folder)) {
    return { ...state, from: found.before, to: found.running, before: null, id: toHex(randomBytes(8)) };
  }
  const hint = 'apply the package of that version: coldgate update apply PACKAGE --allow-older';
  throw new UpdateError('NOTHING_BEFORE', 'there is no version before that could be gone back to', hint);
}

/** @throws UpdateError */
export async function runUpdateRollback(options: StatusOptions, io: CliIo): Promise<ExitCode> {
  const folder = new VersionsFolder(options.versions);
  const say = (text: string) => io.err(text);
  wayBack(folder);
  folder.make();
  return folder.hold(async () => {
    const state = wayBack(folder);
    const objections = configurationObjections(state.from.folder, state.config, state.to.folder);
    if (objections.length > 0) {
      const message = `${state.from.software} does not accept ${state.config}: ${objections.join('; ')}`;
      throw new UpdateError(
        'VERSION_UNFIT',
        message,
        'bring back the file of that version (.version-N or .previous beside it)',
      );
    }
    const trouble = { code: ROLLBACK_ASKED, message: options.reason ?? 'somebody asked for it' };
    const id = toHex(randomBytes(8));
    const begun: UpdateState = {
      ...state,
      id,
      step: 'returning',
      trouble,
      endedAtMs: null,
      beganAtMs: Date.now(),
    };
    const end = await new UpdateRun(folder, new MachineWork(folder, say)).begin(begun);
    if (options.json) io.out(JSON.stringify(end, undefined, 2));
    else for (const line of endLines(end)) io.out(line);
    return exitCodes.ok;
  });
}
