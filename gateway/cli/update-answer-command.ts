// What a version answers to another one: what it is, and whether it runs on a copy of the journal. Kept for all versions.

import { loadConfig } from '../../config/load.js';
import { startOnCopy } from '../update/trial-start.js';
import { ownFacts } from '../update/version-facts.js';
import { type CliIo, type ExitCode, exitCodes } from './cli-io.js';
import type { TrialOptions } from './update-options.js';

export async function runUpdateFacts(io: CliIo): Promise<ExitCode> {
  io.out(JSON.stringify(ownFacts()));
  return exitCodes.ok;
}

/** @throws what the role's start throws */
export async function runUpdateTrial({ config, data }: TrialOptions, io: CliIo): Promise<ExitCode> {
  process.umask(0o027);
  io.out(JSON.stringify(await startOnCopy(loadConfig(config), data)));
  return exitCodes.ok;
}
