// `coldgate config migrate`: the file as the newest version has it, with what was there kept beside it.

import { existsSync } from 'node:fs';
import { parseConfig, readConfigText } from '../../config/load.js';
import { migratedText } from '../../config/migration.js';
import { configurationDiff, differenceLine } from '../configuration/configuration-diff.js';
import { ConfigurationFiles } from '../configuration/configuration-files.js';
import { folderOf, settingsOf } from '../configuration/configuration-preview.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import type { ConfigOptions } from './config-command.js';

export interface MigrateOptions extends ConfigOptions {
  readonly dryRun?: boolean;
}

/** @throws ConfigError; UsageError WOULD_OVERWRITE; ConfigurationError */
export async function runConfigMigrate(
  options: MigrateOptions,
  io: CliIo,
  /** Other steps, in a test of the way. */
  { migrate, check } = { migrate: migratedText, check: parseConfig },
): Promise<ExitCode> {
  const { config, dryRun = false, json = false } = options;
  const before = readConfigText(config);
  const { text, from, to } = migrate(before, config);
  const folder = folderOf(config);
  const diff = configurationDiff(settingsOf(before, folder), settingsOf(text, folder));
  const kept = `${config}.version-${from}`;
  const isWritten = from !== to && !dryRun;
  if (isWritten) {
    // What would not load is not put in the place of what does.
    check(text, config);
    if (existsSync(kept)) {
      const hint = 'look at it, move it away, and migrate again';
      throw new UsageError('WOULD_OVERWRITE', `${kept} exists; nothing was changed`, hint);
    }
    const files = new ConfigurationFiles(config);
    files.keepVersion(kept, before);
    files.replace(text);
  }
  if (json) {
    io.out(JSON.stringify({ file: config, from, to, diff, ...(isWritten ? { kept } : {}) }, undefined, 2));
    return exitCodes.ok;
  }
  for (const difference of diff) io.out(differenceLine(difference));
  if (from === to) io.out(`${config} is of version ${to}, the newest: nothing is to be done`);
  else if (isWritten) io.out(`${config} is of version ${to} now; what it was is in ${kept}`);
  else io.out(`${config} would go from version ${from} to ${to}; nothing was changed`);
  return exitCodes.ok;
}
