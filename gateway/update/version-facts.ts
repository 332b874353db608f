// What a version says of itself when another one asks: which journals and configurations it reads. The first loads the module that
// is machine code, so a package for another machine or another Node.js is found out here. Kept readable for all versions.

import * as z from 'zod';
import { CONFIG_VERSION } from '../../config/migration.js';
import { sqliteVersion } from '../journal/journal-copy.js';
import { JOURNAL_LAYOUT } from '../journal/migrations.js';
import { packageVersion } from '../package-version.js';
import { UpdateError } from './update-error.js';
import { askVersion } from './version-place.js';

const factsSchema = z.object({
  format: z.literal('coldgate-version'),
  version: z.literal(1),
  software: z.string(),
  /** Reads 1 to this, and writes this. */
  journalLayout: z.int().positive(),
  configurationVersion: z.int().positive(),
});

export type VersionFacts = z.infer<typeof factsSchema>;

/** Of this program. @throws what loading its database throws */
export function ownFacts(): VersionFacts & { readonly sqlite: string } {
  return {
    ...{ format: 'coldgate-version', version: 1, software: packageVersion(), sqlite: sqliteVersion() },
    ...{ journalLayout: JOURNAL_LAYOUT, configurationVersion: CONFIG_VERSION },
  };
}

/** Of the version in a folder. @throws UpdateError VERSION_UNFIT */
export function factsOf(folder: string, owned: string): VersionFacts {
  const { json, said } = askVersion(folder, ['update', 'facts', '--json'], owned);
  const { data, error } = factsSchema.safeParse(json);
  if (data) return data;
  const hint = 'take a version that knows coldgate update';
  throw new UpdateError('VERSION_UNFIT', `the new version does not say what it is: ${said}`, hint, error);
}
