// `coldgate config ...`: shows what another coldgate.yaml would change, has the running gateway take it, or take the one
// before it. The gateway decides, records and tries it out; this waits and tells what became of it.

import { setTimeout as sleep } from 'node:timers/promises';
import { problemLines } from '../../config/config-error.js';
import { readConfigText } from '../../config/load.js';
import { APPLY_CONFIGURATION } from '../configuration/apply-configuration.js';
import { differenceLine } from '../configuration/configuration-diff.js';
import { ConfigurationError } from '../configuration/configuration-error.js';
import { ConfigurationFiles } from '../configuration/configuration-files.js';
import { type ConfigurationPreview, folderOf, preview } from '../configuration/configuration-preview.js';
import { readPending, readReverted } from '../configuration/configuration-state.js';
import type { Authorisations, readState, submitRequest } from '../requests/submit.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { type CliIo, type ExitCode, exitCodes } from './cli-io.js';

/** What the commands reach the gateway with. */
export interface ConfigCommandParts {
  readonly submit: typeof submitRequest;
  readonly readState: typeof readState;
  readonly authorise?: Authorisations | undefined;
}

export interface ConfigOptions {
  readonly config: string;
  readonly json?: boolean;
}

export interface PreviewOptions extends ConfigOptions {
  readonly file: string;
}

export interface ApplyOptions extends ConfigOptions {
  readonly reason?: string;
}

const LOOK_MS = 200;
/** Three attempts of two minutes each, and what lies between. */
const OUTCOME_LIMIT_MS = 400_000;

function previewOf(configFile: string, proposed: string): ConfigurationPreview {
  return preview(readConfigText(configFile), proposed, folderOf(configFile));
}

function tellPreview(seen: ConfigurationPreview, io: CliIo): void {
  for (const difference of seen.diff) io.out(differenceLine(difference));
  if (seen.isSame) io.out('the same text as now');
  else if (seen.diff.length === 0) io.out('the same settings, in another wording');
  for (const line of seen.warnings.flatMap(problemLines)) {
    io.err(line.startsWith(' ') ? line : `warning: ${line}`);
  }
  if (seen.findings.length === 0) return;
  const count = seen.findings.length === 1 ? '1 problem' : `${seen.findings.length} problems`;
  io.err(`coldgate: it cannot be applied: ${count} [CONFIGURATION_INVALID]`);
  for (const line of seen.findings.flatMap(problemLines)) io.err(`  ${line}`);
}

/** Prints differences and findings; exit code 2 if the file cannot be applied. @throws ConfigError */
export async function runConfigPreview(options: PreviewOptions, io: CliIo): Promise<ExitCode> {
  const seen = previewOf(options.config, readConfigText(options.file, 'name the new file'));
  if (options.json) io.out(JSON.stringify(seen, undefined, 2));
  else tellPreview(seen, io);
  return seen.findings.length === 0 ? exitCodes.ok : exitCodes.wrongUse;
}

/** Has the gateway try a file. @throws ConfigError, RequestError, JournalError, ConfigurationError */
export async function runConfigApply(
  options: ApplyOptions & { readonly file: string },
  parts: ConfigCommandParts,
  io: CliIo,
): Promise<ExitCode> {
  return apply(readConfigText(options.file, 'name the new file'), options, parts, io);
}

/** Has the gateway try the text that was in force before. @throws as runConfigApply */
export async function runConfigRevert(
  options: ApplyOptions,
  parts: ConfigCommandParts,
  io: CliIo,
): Promise<ExitCode> {
  const files = new ConfigurationFiles(options.config);
  const current = files.current();
  const before = [files.lastGood(), files.previous()].find((text) => text !== undefined && text !== current);
  if (before === undefined) {
    const hint = 'the gateway keeps one when it has run with two different files';
    throw new ConfigurationError('CONFIGURATION_ABSENT', 'no earlier configuration is kept', hint);
  }
  return apply(before, { reason: 'back to the configuration before', ...options }, parts, io);
}

async function apply(
  text: string,
  options: ApplyOptions,
  parts: ConfigCommandParts,
  io: CliIo,
): Promise<ExitCode> {
  const { config, json = false, reason } = options;
  const seen = previewOf(config, text);
  if (!json) tellPreview(seen, io);
  if (seen.findings.length > 0) {
    if (json) io.out(JSON.stringify(seen, undefined, 2));
    return exitCodes.wrongUse;
  }
  const { baseHash, hash } = seen;
  const why = reason === undefined ? {} : { reason };
  const document = { baseHash, hash, ...why, secret: { text } };
  const answer = await parts.submit(config, APPLY_CONFIGURATION, document, parts.authorise);
  if (!json) io.out(`record ${answer.sequence}: decided; all roles start again with the new file`);
  return tellOutcome(answer, options, parts, io);
}

async function tellOutcome(
  answer: DetailDocument,
  { config, json }: ConfigOptions,
  { readState }: ConfigCommandParts,
  io: CliIo,
): Promise<ExitCode> {
  const deadlineMs = performance.now() + OUTCOME_LIMIT_MS;
  let state = readState(config);
  while (readPending(state)?.id === answer.id) {
    if (performance.now() > deadlineMs) {
      io.err('coldgate: nobody has said yet whether the new file runs [CONFIGURATION_WAITS]');
      io.err('  hint: coldgate status tells more; the last good file lies beside it, named .last-good');
      return exitCodes.cannotRun;
    }
    await sleep(LOOK_MS);
    state = readState(config);
  }
  const told = readReverted(state);
  const reverted = told?.id === answer.id ? told : undefined;
  if (json) io.out(JSON.stringify({ ...answer, ok: !reverted, ...(reverted ? { reverted } : {}) }));
  else if (!reverted) io.out('in force: the gateway runs with it');
  if (!reverted) return exitCodes.ok;
  const { code, message } = reverted;
  io.err(`coldgate: the new file does not run, the last good one is back: ${message} [${code}]`);
  io.err('  hint: the log of the gateway says what was wrong; mend the file and apply it again');
  return exitCodes.refuted;
}
