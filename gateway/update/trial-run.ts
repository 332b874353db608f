// A trial before anything is changed: whether another version accepts the configuration that is in use, and whether it starts on a
// copy of the journal. The copy lies in the data folder, since only there is a journal's worth of room asked for, and goes away.

import { chownSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { copyJournal, layoutOf } from '../journal/journal-copy.js';
import { journalPathOf } from '../journal/paths.js';
import { UpdateError } from './update-error.js';
import { askVersion } from './version-place.js';

const checkSchema = z.object({
  ok: z.boolean(),
  error: z.object({ code: z.string(), message: z.string() }).exactOptional(),
  problems: z.array(z.object({ path: z.string(), message: z.string() })),
});

const trialSchema = z.object({
  ok: z.literal(true),
  journalLayout: z.int(),
  recordsBefore: z.int(),
  records: z.int(),
});

export type TrialOutcome = z.infer<typeof trialSchema>;

const MAX_SHOWN = 5;

function verdictOf(folder: string, config: string) {
  const { json, said } = askVersion(folder, ['check-config', '-c', config, '--json'], config);
  return { verdict: checkSchema.safeParse(json).data, said };
}

/** Places of the configuration whose files a version cannot use; none where it does not come that far. */
function unusableFiles(folder: string, config: string): readonly string[] {
  const { verdict } = verdictOf(folder, config);
  return !verdict || verdict.error ? [] : verdict.problems.map(({ path }) => path);
}

/**
 * What a version finds wrong with the configuration in use; empty if it accepts it. A file that the version in use finds fault
 * with too is not held against it: where the roles have a user each, nobody who is asked may read the files of all.
 * @param inUse folder of that version
 * @throws UpdateError VERSION_UNFIT if it gives no answer
 */
export function configurationObjections(folder: string, config: string, inUse: string): string[] {
  const { verdict, said } = verdictOf(folder, config);
  if (!verdict) return [`it gives no verdict: ${said}`];
  if (verdict.ok) return [];
  const { error, problems } = verdict;
  if (problems.length === 0) return [error?.message ?? 'it does not accept it'];
  const known = error ? [] : unusableFiles(inUse, config);
  const own = problems.filter(({ path }) => !known.includes(path));
  const told = own.slice(0, MAX_SHOWN).map(({ path, message }) => `${path}: ${message}`);
  const more = own.length - told.length;
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])];
}

const trialFolderOf = (dataDir: string) => join(dataDir, 'update-trial');

/** What a trial that was cut off has left behind. */
export function clearTrial(dataDir: string): void {
  rmSync(trialFolderOf(dataDir), { recursive: true, force: true });
}

/** @throws UpdateError VERSION_UNFIT; JournalError */
export async function tryVersion(folder: string, config: string, dataDir: string): Promise<TrialOutcome> {
  clearTrial(dataDir);
  const copy = trialFolderOf(dataDir);
  try {
    mkdirSync(copy, { mode: 0o700 });
    if (layoutOf(journalPathOf(dataDir)) !== undefined)
      await copyJournal(journalPathOf(dataDir), journalPathOf(copy));
    giveAway(copy, dataDir);
    const { json, said, exitCode } = askVersion(
      folder,
      ['update', 'trial', '-c', config, '--data', copy, '--json'],
      dataDir,
    );
    const { data } = trialSchema.safeParse(json);
    if (data && exitCode === 0) return data;
    throw new UpdateError(
      'VERSION_UNFIT',
      `the new version does not run on a copy of the journal: ${said || `exit code ${exitCode}`}`,
      'nothing was changed; send this line to whoever publishes it',
    );
  } finally {
    clearTrial(dataDir);
  }
}

/** The role runs as whoever owns the data. */
function giveAway(copy: string, dataDir: string): void {
  const { uid, gid } = statSync(dataDir);
  if (process.getuid?.() !== 0 || uid === 0) return;
  const journal = journalPathOf(copy);
  for (const path of statSync(journal, { throwIfNoEntry: false }) ? [copy, journal] : [copy])
    chownSync(path, uid, gid);
}
