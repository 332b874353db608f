// Which version's program a command is for. Read before anything else is loaded, so it knows Node's modules only, and what cannot
// be read is passed over: the program that was installed always runs.

import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';

const USUAL = '/opt/coldgate';
const PROGRAM = 'dist/gateway/cli/command-line.js';
const GROUP_OR_OTHERS_WRITE = 0o022;
/** From here on an update is judged by the version before: the new one may not even start. */
const judged = ['starting', 'probation', 'returning', 'starting-old'];

export interface ChosenProgram {
  /** undefined: the one that was installed. */
  readonly path: string | undefined;
  /** What is to be said of it. */
  readonly warning?: string;
}

const installed: ChosenProgram = { path: undefined };

/** Who may write there decides which code runs: nobody but root, or the owner of the program that was installed. */
function isTrusted(folder: string, ownFile: string): boolean {
  const { uid, mode } = statSync(folder);
  return (uid === 0 || uid === statSync(ownFile).uid) && (mode & GROUP_OR_OTHERS_WRITE) === 0;
}

/** The folder of the version before, while an update is judged; null: the one that was installed. */
function judgingFolder(versions: string): string | null | undefined {
  try {
    const { step, from } = JSON.parse(readFileSync(join(versions, 'update.json'), 'utf8'));
    if (!judged.includes(step)) return undefined;
    return from.name === null ? null : String(from.folder);
  } catch {
    return undefined;
  }
}

/**
 * @param command first word of the command line
 * @param ownFile of the program that was installed
 */
export function chosenProgram(
  command: string | undefined,
  ownFile: string,
  versions = process.env.COLDGATE_VERSIONS ?? USUAL,
): ChosenProgram {
  if (!existsSync(versions)) return installed;
  try {
    if (!isTrusted(versions, ownFile))
      return {
        ...installed,
        warning: `${versions} can be written by others: the version in it is passed over`,
      };
    const judging = command === 'update' ? judgingFolder(versions) : undefined;
    if (judging === null) return installed;
    const link = join(versions, 'current');
    if (judging === undefined && !existsSync(link)) return installed;
    return { path: join(realpathSync(judging ?? link), PROGRAM) };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return { ...installed, warning: `the version that was chosen is passed over: ${said}` };
  }
}
