// The version of a configuration file, and the way from each to the next. A step is pure: from the values of one version to the
// edits that make them the next, so that comments and order stay as somebody wrote them. A released step never changes.

import { ConfigError } from './config-error.js';
import { editedText, type SettingEdit } from './edited-text.js';
import { parseYaml } from './yaml-document.js';

/** Index n makes version n + 1 into n + 2. */
export type ConfigStep = (value: unknown) => readonly SettingEdit[];

const steps: readonly ConfigStep[] = [];

/** What this program writes and reads without a step. */
export const CONFIG_VERSION = steps.length + 1;

export interface MigratedText {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** A file without the key is of version 1; what is no version is left to the schema. */
function versionIn(value: unknown): number {
  const found = typeof value === 'object' && value !== null ? Reflect.get(value, 'version') : undefined;
  return Number.isSafeInteger(found) && Number(found) >= 1 ? Number(found) : 1;
}

/**
 * The same settings as the newest version has them; the text itself where it is of that version.
 * @param chain other steps, in a test of the way
 * @throws ConfigError CONFIG_TOO_NEW, CONFIG_NOT_YAML
 */
export function migratedText(text: string, file: string, chain: readonly ConfigStep[] = steps): MigratedText {
  const newest = chain.length + 1;
  const from = versionIn(parseYaml(text, file).value);
  if (from > newest) {
    throw new ConfigError(
      'CONFIG_TOO_NEW',
      `${file} is of version ${from}, this coldgate knows ${newest}`,
      'install the coldgate that it was written for (coldgate update plan), or take the file before it',
    );
  }
  let migrated = text;
  for (const [index, step] of chain.slice(from - 1).entries()) {
    const edits = step(parseYaml(migrated, file).value);
    migrated = editedText(migrated, [...edits, { path: ['version'], value: from + index + 1 }], file);
  }
  return { text: migrated, from, to: newest };
}
